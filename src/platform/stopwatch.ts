/** Microseconds since some moment, for how long something took: a cost that is shown, never a time that decides. */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n)
