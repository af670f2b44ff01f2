import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parseTemplate, quoteWord } from '../../src/flow/templates.ts'
import { down, up } from '../../src/lab/host.ts'
import { shippedFlows } from '../support/shipped-flows.ts'
import { missing } from './setting.ts'
import { stackOf } from './stacks.ts'

/** Every remedy of flask-502 that has an undo and changes a mode, an owner or a file: a real host is as before after both. */

const SOCKET = '/run/gunicorn/gunicorn.sock'
const values: Readonly<Record<string, string>> = {
	'inputs.unit': 'gunicorn',
	'file.environmentFiles[0]': '/etc/myapp.env',
	nginxFile: '/etc/nginx/sites-enabled/myapp',
	'conf.addressFile': '/etc/nginx/sites-enabled/myapp',
	'sedWords(conf.address, repointed(conf.address, ports.ofPids[0]))': `s,${SOCKET},/run/other.sock,`,
	'walk.blockedAt': '/srv/myapp',
	"folderClass + '+x'": 'o+w',
	"folderClass + '-x'": 'o-w',
	'walk.path': SOCKET,
	'identity.group': 'adm',
	'walk.group': 'www-data',
	'socket.octal': '0777',
}
/** By step, what the editor writes: a line, or settings of systemd's. */
const edits: Readonly<Record<string, string>> = {
	'edit-unit': '# edited\n',
	'edit-override': '[Service]\nEnvironment=EDITED=1\n',
	'edit-environment': 'EDITED=1\n',
	'edit-nginx': '# edited\n',
	'align-upstream': '',
	'open-folder': '',
	'open-socket': '',
}

const STATE = `cd / && find etc/systemd/system etc/myapp.env etc/nginx srv/myapp ${SOCKET.slice(1)} -not -path '*/__pycache__*' -exec stat -c '%n %F %a %U:%G' {} + | sort
find etc/systemd/system etc/myapp.env etc/nginx -type f -exec sha256sum {} + | sort`

function shell(template: string): string {
	const parsed = parseTemplate(template)
	if (!parsed.ok) throw new Error(parsed.message)
	const words = parsed.parts.map((part) => (part.kind === 'text' ? part.text : quoteWord(values[part.cel] ?? part.cel)))
	return words.join('')
}

describe.skipIf(missing !== undefined)('a remedy that is taken back', () => {
	test('leaves the host as it was', async () => {
		const name = `lab-undo-${process.pid}`
		// systemctl edits units on a terminal only.
		const onHost = (text: string) => spawnSync('podman', ['exec', '-t', name, 'sh', '-c', text], { encoding: 'utf8' })
		const flow = (await shippedFlows()).find((one) => one.flow.id === 'flask-502')?.flow
		try {
			await up({ stack: stackOf('flask-502'), variant: 'unix', name, editor: '/usr/local/bin/an-editor' })
			for (const [step, edit] of Object.entries(edits)) {
				// systemctl drops what stands below the override's own place.
				const editor = `#!/bin/sh\nfor file; do :; done\nprintf %s ${quoteWord(edit)} ${step === 'edit-override' ? '>' : '>>'}"$file"\n`
				onHost(`printf %s ${quoteWord(editor)} >/usr/local/bin/an-editor; chmod +x /usr/local/bin/an-editor`)
				const command = flow?.steps[step]?.run.find(({ undo }) => undo !== undefined)
				if (command?.undo === undefined) throw new Error(`The step ${step} has no undo.`)
				const before = onHost(STATE).stdout
				expect(onHost(shell(command.command)), step).toMatchObject({ status: 0 })
				expect(onHost(STATE).stdout, step).not.toBe(before)
				expect(onHost(shell(command.undo)), step).toMatchObject({ status: 0 })
				// A service that was started again binds a moment later.
				onHost(`for i in 1 2 3 4 5 6 7 8 9; do [ -S ${SOCKET} ] && break; sleep 1; done`)
				expect(onHost(STATE).stdout, step).toBe(before)
			}
		} finally {
			await down({ name })
		}
	})
})
