/**
 * Records what a broken host's commands print, as fixtures for the parsers:
 * `node test/lab/record-fixtures.ts [FAULT…]` writes test/fixtures/recorded/<fault>.<variant>.jsonl.
 */
import type { Fault } from '../../src/lab/fault.ts'
import { breakWith, exec, execScript, type Host } from '../../src/lab/host.ts'
import { writeRecording } from '../support/recordings.ts'
import { jobsNamed, onFreshHosts } from './stacks.ts'

/** Where nginx passes requests on to. */
type Upstream = { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'tcp'; readonly address: string }

/** A command's fixture: its name on disk and the exact command. */
interface Probe {
	readonly slug: string
	readonly command: string
}

const MAX_BYTES = 60_000
const CURL = 'curl -sS -o /dev/null -D - --max-time 20'

// The commands below are those that its stack has an answer to.
const jobs = jobsNamed(process.argv.slice(2)).filter(({ stack }) => stack.id === 'flask-502')
await onFreshHosts(jobs, record)

async function record(host: Host, fault: Fault): Promise<void> {
	await breakWith(host, fault)
	const config = (await exec(host, 'nginx -T')).stdout
	const { unit = 'gunicorn' } = fault.inputs
	const unitFile = (await exec(host, `systemctl cat ${unit}`)).stdout
	const upstream = findUpstream(config)
	const configFile = /-(?:c|-config)[ =](\S+)/.exec(unitFile)?.[1]
	const probes = [
		...probesOf(unit, fault.url),
		...(upstream === undefined ? [] : probesOfUpstream(upstream)),
		...(configFile === undefined ? [] : [{ slug: 'gunicorn-config', command: `cat ${configFile}` }]),
	]

	const recorded = `${fault.name}.${host.variant}`
	const { stdout } = await execScript(host, probes.map(recordingOf).join('\n'))
	const answers = stdout
		.trimEnd()
		.split('\n')
		.map((line, position) => {
			const [exitCode = '', out = '', err = ''] = line.split('|')
			const probe = probes[position]
			if (probe === undefined) throw new Error(`${recorded}: more answers than commands.`)
			return { ...probe, exitCode: Number(exitCode), stdout: decoded(out, probe), stderr: decoded(err, probe) }
		})
	if (answers.length !== probes.length)
		throw new Error(`${recorded}: ${answers.length} of ${probes.length} commands ran.`)

	const { name, title, causes, url } = fault
	writeRecording(recorded, { fault: name, title, variant: host.variant, causes, url, unit }, answers)
	console.log(`${recorded}: ${answers.length} commands`)
}

/** Shell text that runs the probe and prints one line: exit code, standard output, standard error, both in base64. */
function recordingOf({ command }: Probe): string {
	return [
		`( ${command} ) >/dev/shm/out 2>/dev/shm/err </dev/null`,
		`echo "$?|$(base64 -w0 /dev/shm/out)|$(base64 -w0 /dev/shm/err)"`,
	].join('\n')
}

function decoded(base64: string, { slug }: Probe): string {
	const bytes = Buffer.from(base64, 'base64')
	if (bytes.length > MAX_BYTES) throw new Error(`${slug} printed more than ${MAX_BYTES} bytes.`)
	return bytes.toString()
}

/** The probes in the order in which they run: the clock and the confirming request come before every log. */
function probesOf(unit: string, url: string): Probe[] {
	const probe = (slug: string, command: string): Probe => ({ slug, command })
	return [
		probe('date', "date '+%s %z'"),
		probe('curl-url', `${CURL} ${/[^\w:/.-]/.test(url) ? `'${url}'` : url}`),
		probe('systemctl-status', `systemctl status ${unit} --no-pager -l -n 20`),
		probe('systemctl-show', `systemctl show ${unit}`),
		probe('systemctl-show-socket', `systemctl show ${unit}.socket`),
		probe('systemctl-cat', `systemctl cat ${unit}`),
		probe(
			'systemctl-cat-gunicorns',
			"grep -lsE 'gunicorn|wsgi' /etc/systemd/system/*.service /run/systemd/system/*.service /usr/lib/systemd/system/*.service | sed 's|.*/||' | sort -u | xargs -r systemctl cat",
		),
		probe('systemctl-list-unit-files', 'systemctl list-unit-files --no-pager'),
		probe('systemctl-is-active', `systemctl is-active ${unit}`),
		probe('systemctl-is-enabled', `systemctl is-enabled ${unit}`),
		probe('systemctl-status-nginx', 'systemctl status nginx --no-pager -l'),
		probe('systemctl-show-nginx', 'systemctl show nginx'),
		probe('journalctl-iso', `journalctl -u ${unit} -n 100 --no-pager -o short-iso`),
		probe('journalctl', `journalctl -u ${unit} -n 100 --no-pager`),
		probe('journalctl-nginx', 'journalctl -u nginx -n 50 --no-pager'),
		probe('nginx-test', 'nginx -t'),
		probe('nginx-config-dump', 'nginx -T'),
		probe('nginx-error-log', 'tail -n 100 /var/log/nginx/error.log'),
		probe('nginx-access-log', 'tail -n 20 /var/log/nginx/access.log'),
		probe('ss-tcp', 'ss -Hltnp'),
		probe('ss-tcp-with-header', 'ss -ltnp'),
		probe('ss-unix', 'ss -lxnp'),
		probe('ps-aux', 'ps aux'),
		probe('ps-tree', 'ps -eo pid,ppid,user,group,lstart,args'),
		probe('ls-run', 'ls -lah /run'),
		probe('df', 'df -h / /run /tmp'),
		probe('id-www-data', 'id www-data'),
	]
}

function probesOfUpstream(upstream: Upstream): Probe[] {
	const upstreamProbe = (slug: string, command: string): Probe => ({ slug: `upstream-${slug}`, command })
	if (upstream.kind === 'tcp') return [upstreamProbe('curl', `${CURL} http://${upstream.address}/`)]
	return [
		upstreamProbe('ls', `ls -l ${upstream.path}`),
		upstreamProbe('namei', `namei -l ${upstream.path}`),
		upstreamProbe('stat', `stat ${upstream.path}`),
		upstreamProbe('curl', `${CURL} --unix-socket ${upstream.path} http://localhost/`),
		upstreamProbe('curl-as-www-data', `sudo -u www-data ${CURL} --unix-socket ${upstream.path} http://localhost/`),
	]
}

/** The first upstream in nginx's configuration: good enough for fixtures, where there is rarely another. */
function findUpstream(config: string): Upstream | undefined {
	const pass = /^\s*(?:proxy|uwsgi)_pass\s+(?:https?:\/\/)?([^;]+);/m.exec(config)?.[1]
	const server = /^\s*upstream\s[^{]*\{[^}]*?\bserver\s+([^\s;]+)/m.exec(config)?.[1]
	const target = server ?? pass
	if (target === undefined) return undefined
	const path = /^unix:([^:]+)/.exec(target)?.[1]
	return path === undefined ? { kind: 'tcp', address: target.replace(/\/.*$/, '') } : { kind: 'unix', path }
}
