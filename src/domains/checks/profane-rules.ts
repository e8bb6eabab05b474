import { normaliseText } from '../../engine/normalise-text.ts'

/** A short list in a few languages, spelled plainly; a campaign adds its own. It only ever points work out. */
const WORDS = `
arse arsehole asshole bastard bitch bollocks bullshit cock cunt dickhead fuck fucked fucker fucking motherfucker prick pussy shit shitty
slut twat wanker whore faggot nigger retard
arschloch fotze hurensohn scheiße scheisse wichser
cabron cabrón coño gilipollas hijueputa joder mierda puta puto
connard connasse enculé merde pute salope
cazzo merda stronzo troia vaffanculo
caralho foder porra viado
блядь ебать пиздец сука хуй
`
/** As normalised texts spell them. */
export const PROFANE: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/).map(normaliseText))
