/**
 * A touchstone: the black slate on which an assayer draws streaks of metal to judge them by their colour. Two known
 * needles and the streak in question; a drawing, not data.
 */
export function Touchstone() {
  const streak = (y: number, from: string, grain: number) => (
    <g>
      <path d={`M64 ${y}c60-5 120 4 180-1s100-3 132 1`} stroke={`url(#${from})`} strokeWidth="26" strokeLinecap="round" fill="none" />
      <path d={`M72 ${y - 5}c58-4 118 4 176 0s92-3 118 1`} stroke="#fff" strokeOpacity="0.18" strokeWidth="2" strokeDasharray={`${grain} 5 2 9`} strokeLinecap="round" fill="none" />
      <path d={`M70 ${y + 6}c58-4 118 4 176 0s92-3 118 1`} stroke="#000" strokeOpacity="0.25" strokeWidth="3" strokeDasharray={`${grain + 14} 8 5 6`} strokeLinecap="round" fill="none" />
    </g>
  )
  return (
    <svg viewBox="0 0 440 340" aria-hidden="true" focusable="false" className="mx-auto w-full max-w-md drop-shadow-2xl">
      <defs>
        <linearGradient id="slate" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#2a333d" />
          <stop offset="0.55" stopColor="#1b222a" />
          <stop offset="1" stopColor="#11161b" />
        </linearGradient>
        <linearGradient id="fine" x1="0" x2="1">
          <stop offset="0" stopColor="#f8d58b" />
          <stop offset="0.5" stopColor="#e3ae4b" />
          <stop offset="1" stopColor="#c78d2a" stopOpacity="0.55" />
        </linearGradient>
        <linearGradient id="asked" x1="0" x2="1">
          <stop offset="0" stopColor="#ffc79e" />
          <stop offset="0.5" stopColor="#f09a5c" />
          <stop offset="1" stopColor="#b9531a" stopOpacity="0.5" />
        </linearGradient>
        <linearGradient id="poor" x1="0" x2="1">
          <stop offset="0" stopColor="#8cc9bd" />
          <stop offset="0.5" stopColor="#4a9486" />
          <stop offset="1" stopColor="#2b5f57" stopOpacity="0.45" />
        </linearGradient>
      </defs>
      <path d="M58 14h324l44 44v224l-44 44H58l-44-44V58z" fill="url(#slate)" stroke="#3c4753" strokeWidth="1.5" />
      <path d="M60 18h320l42 42" fill="none" stroke="#fff" strokeOpacity="0.09" strokeWidth="2" />
      {streak(96, 'fine', 30)}
      {streak(170, 'asked', 22)}
      {streak(244, 'poor', 14)}
      <g transform="translate(358 218) rotate(38)">
        <rect x="-7" y="-96" width="14" height="92" rx="5" fill="#39434e" stroke="#566373" />
        <path d="M-7-10h14l-4 26h-6z" fill="#f09a5c" />
      </g>
    </svg>
  )
}
