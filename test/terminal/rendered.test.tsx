import { Box, Text, useApp, useInput, usePaste, useWindowSize } from 'ink'
import { useEffect, useState } from 'react'
import { afterEach, expect, test } from 'vitest'
import { type RenderedTerminal, renderTerminal } from '../support/terminal.tsx'

let terminal: RenderedTerminal | undefined
afterEach(() => terminal?.unmount())

function Typewriter() {
	const [typed, setTyped] = useState<string[]>([])
	const { columns, rows } = useWindowSize()
	useInput((input, key) => setTyped((all) => [...all, key.escape ? '<esc>' : key.return ? '<cr>' : input]))
	usePaste((text) => setTyped((all) => [...all, `[${text}]`]))
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			<Text bold color="red">
				size {columns}x{rows}
			</Text>
			<Text wrap="truncate">日本 typed: {typed.join(',')}</Text>
			<Box flexGrow={1} />
			<Text inverse>last line</Text>
		</Box>
	)
}

test('keys, pastes and sizes reach Ink, and its frame fills the screen', async () => {
	terminal = await renderTerminal(<Typewriter />, { cols: 40, rows: 6 })
	expect(terminal.alternate()).toBe(true)
	expect(terminal.screen()).toEqual(['size 40x6', '日本 typed:', '', '', '', 'last line'])
	await terminal.keys('a', 'bc', '\u001B', '\r')
	expect(terminal.screen()[1]).toBe('日本 typed: a,bc,<esc>,<cr>')
	await terminal.paste('x y')
	await terminal.waitFor('[x y]')
	await terminal.resize(30, 4)
	expect(terminal.screen()).toHaveLength(4)
	expect(terminal.screen()[0]).toBe('size 30x4')
	expect(terminal.screen()[3]).toBe('last line')
})

test('the look of a text is what the terminal shows of it', async () => {
	terminal = await renderTerminal(<Typewriter />)
	expect(terminal.look('size')).toMatchObject({ row: 0, column: 0, bold: true, coloured: true, inverse: false })
	expect(terminal.look('typed')).toMatchObject({ column: 5, bold: false, coloured: false, colour: -1 })
	expect(terminal.look('last')).toMatchObject({ row: 23, inverse: true })
	expect(terminal.look('absent')).toBeUndefined()
})

test('a terminal without colours shows none', async () => {
	terminal = await renderTerminal(<Typewriter />, { colours: 0 })
	expect(terminal.look('size')).toMatchObject({ coloured: false })
})

function Late({ fails }: { fails: boolean }) {
	const { exit } = useApp()
	const [text, setText] = useState('early')
	useEffect(() => {
		const timer = setTimeout(() => {
			if (fails) exit(new Error('broke'))
			else setText('late')
		}, 50)
		return () => clearTimeout(timer)
	}, [fails, exit])
	return <Text>{text}</Text>
}

test('waiting ends when the state is there', async () => {
	terminal = await renderTerminal(<Late fails={false} />)
	expect(terminal.text()).not.toContain('late')
	await terminal.waitFor('late')
	await terminal.waitFor(/^late$/m)
	await terminal.waitFor((lines) => lines[0] === 'late')
})

test('waiting for what never comes fails with the screen, and an application that ends fails it at once', async () => {
	terminal = await renderTerminal(<Late fails={false} />)
	await expect(terminal.waitFor('never', { timeoutMs: 100 })).rejects.toThrow(/100 ms passed.*never[\s\S]*│late/)
	await terminal.unmount()
	terminal = await renderTerminal(<Late fails={true} />)
	await expect(terminal.waitFor('never')).rejects.toThrow(/broke/)
	await expect(terminal.exit).rejects.toThrow('broke')
})
