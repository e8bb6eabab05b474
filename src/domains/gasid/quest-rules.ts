import { indexOfLevel, type LevelTable, type Quest } from '../../platform/chain/gas/level-rules.ts'

/** What quests are checked against: what really happened here. */
export type Deeds = { wallets: number; scanned: number; level_index: number; accepted: number }

/** Whether a quest is done. */
export function isDone(quest: Quest, deeds: Deeds, table: LevelTable): boolean {
  switch (quest.kind) {
    case 'wallet_linked':
      return deeds.wallets > 0
    case 'scan_complete':
      return deeds.scanned > 0
    case 'level_reached':
      return deeds.level_index >= indexOfLevel(quest.level!, table)
    case 'work_accepted':
      return deeds.accepted >= quest.count!
  }
}

/** Quests that rest on a wallet; such a wallet serves one account for each. */
export const restsOnWallet = (quest: Quest): boolean => quest.kind !== 'work_accepted'

export const mostAccepted = (table: LevelTable): number => Math.max(1, ...table.quests.map((q) => q.count ?? 0))
