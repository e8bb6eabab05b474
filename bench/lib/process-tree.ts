import { readdirSync, readFileSync } from 'node:fs'

/** Every process below this one, itself first, as the system knows them now; the dead that nobody reaped are left out. */
export function treeOf(root: number): number[] {
  const children = new Map<number, number[]>()
  let isRootAlive = false
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      if (state === 'Z' || state === 'X') continue
      if (Number(name) === root) isRootAlive = true
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)])
    } catch {
      // It ended while we looked.
    }
  }
  const out: number[] = isRootAlive ? [root] : []
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    out.push(...(children.get(pid) ?? []))
    waiting.push(...(children.get(pid) ?? []))
  }
  return out
}

/** Kills a process and all below it, at once and without a word; resolves when none of them is left. */
export async function killTree(root: number, ended: (pid: number) => boolean): Promise<number> {
  const all = new Set(treeOf(root))
  // Parents could start new children in between: stopped ones cannot.
  for (const pid of all) signal(pid, 'SIGSTOP')
  for (const pid of treeOf(root)) all.add(pid)
  for (const pid of all) signal(pid, 'SIGKILL')
  while ([...all].some((pid) => !ended(pid))) await new Promise((resolve) => setTimeout(resolve, 5))
  return all.size
}

/** Whether a process is gone, or only its entry is left. */
export function isEnded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.startsWith('Z')
  } catch {
    return true
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
