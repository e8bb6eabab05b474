const STREAKS: [y: number, metal: string, seed: number][] = [
  [92, 'fine', 3],
  [168, 'asked', 11],
  [244, 'poor', 27],
]

/**
 * A touchstone: the black slate on which an assayer draws streaks of metal and judges them by their colour. Two known
 * needles and the one in question; a drawing, not data.
 */
export function Touchstone() {
  return (
    <svg viewBox="0 0 440 340" aria-hidden="true" focusable="false" className="mx-auto w-full max-w-md">
      <defs>
        <linearGradient id="slate" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#2c3540" />
          <stop offset="0.55" stopColor="#1a2129" />
          <stop offset="1" stopColor="#10151a" />
        </linearGradient>
        <linearGradient id="fine" x1="0" x2="1">
          <stop offset="0" stopColor="#fbe2a6" />
          <stop offset="0.45" stopColor="#e5b454" />
          <stop offset="1" stopColor="#b98228" />
        </linearGradient>
        <linearGradient id="asked" x1="0" x2="1">
          <stop offset="0" stopColor="#ffd2b0" />
          <stop offset="0.45" stopColor="#f09a5c" />
          <stop offset="1" stopColor="#b0521c" />
        </linearGradient>
        <linearGradient id="poor" x1="0" x2="1">
          <stop offset="0" stopColor="#a9dbd0" />
          <stop offset="0.45" stopColor="#57a293" />
          <stop offset="1" stopColor="#2b6157" />
        </linearGradient>
        {/* Metal rubbed on stone: long grains that thin out towards the end of the stroke. */}
        {STREAKS.map(([y, metal, seed]) => (
          <filter
            key={metal}
            id={`rub-${metal}`}
            filterUnits="userSpaceOnUse"
            x="40"
            y={y - 40}
            width="360"
            height="80"
          >
            <feTurbulence type="fractalNoise" baseFrequency="0.012 0.42" numOctaves="4" seed={seed} result="grain" />
            <feDisplacementMap
              in="SourceGraphic"
              in2="grain"
              scale="10"
              xChannelSelector="R"
              yChannelSelector="G"
              result="rough"
            />
            <feColorMatrix
              in="grain"
              type="matrix"
              values="0 0 0 0 1  0 0 0 0 1  0 0 0 0 1  0 0 0 7 -2.1"
              result="worn"
            />
            <feComposite in="rough" in2="worn" operator="in" />
          </filter>
        ))}
        <filter id="stone-grain" x="0" y="0" width="100%" height="100%">
          <feTurbulence type="fractalNoise" baseFrequency="0.9" numOctaves="2" seed="5" />
          <feColorMatrix type="matrix" values="0 0 0 0 1  0 0 0 0 1  0 0 0 0 1  0 0 0 0.55 -0.22" />
          <feComposite in2="SourceGraphic" operator="in" />
        </filter>
      </defs>
      <path d="M58 14h324l44 44v224l-44 44H58l-44-44V58z" fill="url(#slate)" stroke="#46525f" strokeWidth="1.5" />
      <path d="M58 14h324l44 44v224l-44 44H58l-44-44V58z" filter="url(#stone-grain)" opacity="0.5" />
      <path d="M59 16h322l42 42" fill="none" stroke="#fff" strokeOpacity="0.16" strokeWidth="1.5" />
      {STREAKS.map(([y, metal]) => (
        <g key={metal} filter={`url(#rub-${metal})`}>
          <path
            d={`M66 ${y + 2}C120 ${y - 22} 250 ${y - 20} 372 ${y - 6}L376 ${y + 9}C250 ${y + 25} 120 ${y + 26} 66 ${y + 14}Z`}
            fill={`url(#${metal})`}
          />
        </g>
      ))}
    </svg>
  )
}
