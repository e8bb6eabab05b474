/** Length as people count and as the server does: Unicode code points, so that one emoji is not two. */
export const codePoints = (text: string): number => [...text].length
