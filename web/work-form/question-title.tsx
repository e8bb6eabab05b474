import type { Question } from './form.ts'

/** A question's words, in the campaign's language and direction. */
export function QuestionTitle({ question, lang }: { question: Question; lang: string | undefined }) {
  return (
    <bdi lang={lang} className="text-balance">
      {question.title}
    </bdi>
  )
}

/** What helps to answer, written by the requester: its own direction, in the interface's alignment. */
export function QuestionHelp({ text, lang }: { text: string | undefined; lang: string | undefined }) {
  if (!text) return null
  return <bdi lang={lang}>{text}</bdi>
}
