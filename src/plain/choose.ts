import { wrapProse } from '../screen/cells.ts'
import { bestWords, type ChooserModel, type Chosen } from '../screen/chooser.ts'
import type { LinesIn } from './lines-in.ts'

/** The list of recorded hosts in lines, one each. */
function chooserLines({ items }: ChooserModel, width: number): readonly string[] {
	return items.flatMap((item) => {
		const best = bestWords(item)
		return wrapProse(
			`${item.number}. ${item.symptom} (${[item.difficulty, ...(best === '' ? [] : [best])].join(', ')})`,
			width,
		)
	})
}

/** Prints the list and asks for a number; undefined when there is no answer to be had. An empty one is the first. */
export async function choosePlain(
	model: ChooserModel,
	{
		answers,
		stdout,
		columns,
	}: { readonly answers: LinesIn; readonly stdout: NodeJS.WritableStream; readonly columns: number },
): Promise<Chosen | undefined> {
	stdout.write(
		`${[...wrapProse(`Practice: ${model.title}`, columns), '', ...chooserLines(model, columns)].join('\n')}\n`,
	)
	for (;;) {
		stdout.write('Which one? A number, [Enter] for 1, q to leave: ')
		const answer = (await answers.next())?.trim()
		if (answer === undefined) return undefined
		if (answer === 'q') return { kind: 'leave' }
		const index = model.items.findIndex(({ number }) => `${number}` === (answer === '' ? '1' : answer))
		if (index >= 0) return { kind: 'start', index, quiz: model.quiz }
		stdout.write(`There is no number ${answer.replace(/\P{ASCII}|[^ -~]/gu, '?')}.\n`)
	}
}
