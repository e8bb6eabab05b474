import { addText, diversityOf, jaccard, newDiversity, normaliseText, shinglesOf } from 'assay/engine'

const texts = ['The ferry leaves at nine.', 'Thе  FERRY leaves at 9!', 'A goat ate the timetable.']
const runs = texts.map((t) => shinglesOf(normaliseText(t)))
console.log('alike:', jaccard(runs[0]!, runs[1]!).toFixed(2), 'unlike:', jaccard(runs[0]!, runs[2]!).toFixed(2))

const variety = newDiversity()
for (const t of texts) addText(variety, t)
const { texts: n, effective } = diversityOf(variety)
console.log(n, 'texts, as varied as', effective!.value.toFixed(1))
