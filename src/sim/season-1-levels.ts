/**
 * What acceptance rates fix, one number for each class: the log-odds of an honest person's work being right, such that
 * the platform's original rules accept 83 %, 67 % and 10 %. Frozen; made by `npx tsx bench/season-1-calibrate.ts`.
 */
export const LEVELS = { simple_research: 2.339, in_depth_research: 0.984, adversarial: -2.517 } as const
