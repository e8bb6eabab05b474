import type { Question } from './form.ts'

/** A question's words, in the campaign's language and direction. */
export function QuestionTitle({ question, lang }: { question: Question; lang: string | undefined }) {
  return (
    <bdi lang={lang} className="text-balance">
      {question.title}
    </bdi>
  )
}
