import { bool, int, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { readProcessTable, runs, userName } from '../linux/index.ts'

export const nginxProcessesParser = plainParser({
	name: 'nginx-processes',
	summary: "nginx's own processes, told by their titles (ps).",
	facts: {
		count: int("How many of nginx's processes run. Absent where the list may leave some out."),
		master: bool("nginx's master process runs. Absent where the list may leave it out."),
		user: string("The user that nginx's workers run as."),
	},
	read(sheet, lines) {
		const table = readProcessTable(lines, 'nginx')
		if (table.empty) return
		const mine = table.processes.filter(({ command }) => runs(command, 'nginx'))
		const isWorker = (command: string) => /^nginx: (?:worker|cache)/.test(command)
		const worker = mine.find(({ command }) => command.startsWith('nginx: worker process'))
		const master = mine.find(({ command }) => !isWorker(command))
		if (mine.length > 0 || table.shows('nginx')) {
			sheet.set('count', mine.length, ...mine.slice(0, 40).map(({ line }) => line))
		}
		if (master !== undefined || table.shows('nginx')) sheet.set('master', master !== undefined, master?.line)
		sheet.set('user', worker === undefined ? undefined : userName(worker), worker?.line)
	},
})
