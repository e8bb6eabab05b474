import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { say } from '../../ui/toast.tsx'

/** Something a person does: what it changes is asked for again, and a word is said when it is done. */
export function useAct<I, O>(
  run: (input: I) => Promise<O>,
  options: {
    changes?: readonly QueryKey[]
    said?: string | ((result: O) => string)
    after?: (result: O, input: I) => void
  } = {},
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSuccess: async (result, input) => {
      if (options.said) say(typeof options.said === 'function' ? options.said(result) : options.said, 'good')
      await Promise.all((options.changes ?? []).map((queryKey) => queries.invalidateQueries({ queryKey })))
      options.after?.(result, input)
    },
  })
}
