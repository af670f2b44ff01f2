import { bool, int, list, type OutputLine } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

interface Mount {
	readonly line: OutputLine
	readonly device: string
	readonly point: string
	readonly percent: number
}

export const diskParser = plainParser({
	name: 'disk',
	summary: 'File systems without space or inodes left (df -P, df -h, df -i).',
	facts: {
		full: list('Mount points at 100 %. Images that are always full (snap, ISO, squashfs) do not count.'),
		anyFull: bool('Some file system is at 100 %.'),
		highest: int('The highest percentage in use.'),
		inodes: bool('The table counts inodes (df -i), not space.'),
	},
	read(sheet, lines) {
		const mounts: Mount[] = []
		let device = ''
		for (const line of lines) {
			// The header has no percentage; its words are of the operator's language, where inodes still begin with an I.
			if (/^Filesystem\s|^(?!.*\d%)[^/].*%/.test(line.text)) {
				sheet.set('inodes', /\s(?:I\p{L}+%|Inodes\b|Nodos-i\b)/u.test(line.text), line)
				continue
			}
			// Without -P, a long device name stands on a line of its own.
			const alone = /^(\S{1,1024})\s*$/.exec(line.text)
			const row = readRow(alone === null ? line.text : '') ?? readRow(device === '' ? '' : `${device} ${line.text}`)
			device = alone?.[1] ?? ''
			if (row !== undefined && !alwaysFull(row.device, row.point)) mounts.push({ line, ...row })
		}
		if (mounts.length === 0) return
		const full = mounts.filter(({ percent }) => percent >= 100)
		const highest = mounts.reduce((most, mount) => (mount.percent > most.percent ? mount : most))
		sheet.list('full', full, ({ point }) => point)
		sheet.set('anyFull', full.length > 0, ...full)
		sheet.set('highest', highest.percent, highest)
	},
})

function readRow(text: string): Omit<Mount, 'line'> | undefined {
	const match = /(?:^|\s)(\d{1,3})%\s+(\/.{0,4096})$/.exec(text)
	if (match?.[2] === undefined) return undefined
	const numbers = text.slice(0, match.index).trim().split(/\s+/)
	if (numbers.length < 4) return undefined
	return { device: numbers[0] ?? '', point: match[2].trimEnd(), percent: Number(match[1]) }
}

function alwaysFull(device: string, point: string): boolean {
	return (
		/^(?:\/dev\/(?:loop|sr)\d|squashfs|fuse\.snapfuse|snapfuse)/.test(device) ||
		/^\/(?:var\/lib\/snapd\/)?snap\//.test(point)
	)
}
