import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../app/user-error.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree new FLOW`: a small flow that checks, to begin with. Never writes over one. */
export async function newFlow(id: string, { stdout }: TerminalStreams): Promise<number> {
	if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || id.length > 64 || id in {}) {
		throw new UserError(`"${id}" is not an id; give lower-case letters, digits and single dashes, such as disk-full.`)
	}
	const file = join('flows', id, 'flow.yaml')
	try {
		await mkdir(join('flows', id), { recursive: true })
		await writeFile(file, starterFlow(id), { flag: 'wx' })
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code
		throw new UserError(
			code === 'EEXIST'
				? `${file} is there already; give another id, or edit that file.`
				: `${file} cannot be written (${code}); go to a folder that you may write to.`,
		)
	}
	stdout.write(`${file}\n\nNext:\n  runtree check ${id}\n  runtree run ${id} --dry-run\n`)
	return 0
}

/** The text of a flow with one of everything that most flows need. */
function starterFlow(id: string): string {
	const title = `${id[0]?.toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`
	return `# A runtree flow. \`runtree check ${id}\` says what is wrong with it, \`runtree graph ${id}\` draws it.
format: 2
id: ${id}
title: ${title}
summary: A web service does not answer.

# What differs from host to host. Given by --set, and quoted wherever a command uses it.
inputs:
  url:
    title: URL of the service
    format: url
    default: http://127.0.0.1/
  unit:
    title: Its systemd unit
    format: unit-name
    default: nginx

# Commands that only look, named once. A parser reads what they print; its facts have the name on the right.
probes:
  request:
    command: curl -sS -o /dev/null -D - --max-time 10 {{inputs.url}}
    parse: { http: response }
  service:
    command: systemctl show {{inputs.unit}}
    parse: { systemctl-show: unit }

# Names for what several conditions ask. A fact that was not read is unknown, never false.
let:
  failing: response.status >= 500 || response.error == "refused"

# While this is false the fault is gone, and no cause is named.
symptom: failing

start: confirm

steps:
  confirm:
    title: Confirm the fault
    label: Confirm
    guide: See first what a client gets.
    run: [request]
    branches:
      # The first branch that holds is recommended, unless a cause is proven: that comes first, at every step.
      - when: "!failing"
        say: The service answers {{response.status}}.
        end: healthy
      - when: failing
        say: The service does not answer as it should.
        goto: service
      # When none holds, the operator decides.
      - otherwise: true
        ask: What does a client get?
      - choice: An error
        say: The operator sees an error.
        goto: service
      - choice: A good answer
        say: The operator sees a good answer.
        end: healthy

  service:
    title: State of the service
    label: Service
    guide: Is the unit there, and does it run?
    run: [service]
    branches:
      - otherwise: true
        say: The unit runs, so the fault is elsewhere. This flow knows no more yet.
        end: inconclusive

  start-service:
    title: Start the service
    label: Start
    guide: Start it, then ask the URL again.
    run:
      # What a step runs itself changes the host, and needs a yes.
      - command: systemctl start {{inputs.unit}}
        effect: change
        privilege: root
        undo: systemctl stop {{inputs.unit}}
    branches:
      - otherwise: true
        say: Started. See whether the fault is gone.
        goto: retest

  # After a change the walk is resolved only by a retest that no longer shows the fault.
  retest:
    title: Ask the service again
    label: Retest
    guide: The same request as at the beginning.
    retest: true
    run: [request]
    branches:
      - when: "!failing"
        say: The service answers {{response.status}}.
        end: resolved
      - otherwise: true
        say: The fault is still there.
        end: inconclusive

causes:
  stopped:
    title: The service is stopped
    # What proves it stands here, whatever step has read the facts.
    proof:
      - when: failing && !unit.active
        say: The unit is {{unit.activeState}}, and nothing answers at the URL.
    why: Nothing listens at the URL while its unit does not run.
    remedy: start-service
    prevent: Let monitoring tell when the unit is not active.
`
}
