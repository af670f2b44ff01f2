import {
	ambiguousLocalhost,
	type Endpoint,
	endpointReaches,
	formatEndpoint,
	parseEndpoint,
	sameEndpoint,
} from '../../text/endpoint.ts'
import { type FactSheet, spanOf } from '../../text/fact-sheet.ts'
import { bool, double, int, list, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { destinationOf, effective } from './destination.ts'
import {
	chooseServer,
	type Listen,
	type RequestedUrl,
	readListen,
	readSite,
	readUrl,
	type Server,
	type Site,
} from './routing.ts'
import { type Directive, readConfiguration } from './syntax.ts'
import { distinct, isPass, type Pass, readPass, seconds, type UpstreamServer } from './upstream.ts'

export const nginxConfigParser = plainParser({
	name: 'nginx-config',
	summary: 'Where nginx sends a URL, by its configuration (nginx -T, or a pasted site file).',
	facts: {
		ok: bool('Everything was read without a syntax error.'),
		file: string('The file of the pass directive, else of the server block.'),
		server: string('The server_name that matched; the first one of the server taken by default.'),
		matched: bool('A server_name matched. False: the default server answers.'),
		location: string("The location's argument: `/`, `= /health`, `@app`."),
		undecided: bool('Something that nginx would try (a regular expression, an `if`, a rewrite) was not followed here.'),
		pass: string('The argument of proxy_pass, uwsgi_pass, fastcgi_pass, grpc_pass, scgi_pass or memcached_pass.'),
		passLine: int('The output line of the pass directive.'),
		protocol: string('What nginx speaks to the upstream; none when nothing is passed on.', {
			values: ['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'scgi', 'memcached', 'none'],
		}),
		target: string('The endpoint nginx connects to; unknown when there are several or a variable hides it.'),
		targets: list('Every endpoint that nginx may connect to.'),
		otherTargets: list(
			'Where the other servers and locations pass requests to, and this URL does not; of a whole configuration only.',
		),
		unixSocket: bool('The target is a Unix socket.'),
		path: string("The path of the target's socket."),
		host: string("The target's host."),
		port: int("The target's port."),
		ambiguousLocalhost: bool('The target names localhost, which may be ::1 or 127.0.0.1.'),
		address: string(
			'The directive that holds the target: `server 127.0.0.1:8000` of an upstream block, else the pass itself.',
		),
		addressFile: string('The file in which `address` stands.'),
		upstreamName: string('The name of the upstream block.'),
		upstreamAllDown: bool('Every server of the upstream block is marked as down.'),
		usesVariable: bool('A variable stands in the pass.'),
		peerConfigured: bool('`peer` is one of the targets. False: what nginx was seen to use is not what its files say.'),
		ownPorts: list("The ports that nginx's own servers listen on."),
		proxiesToItself: bool('The target is a listener of the very server that passes the request on.'),
		targetIsNginx: bool("The target is a listener of any of nginx's own servers."),
		user: string("The workers' user; the built-in default is not known."),
		workerConnections: int('How many connections a worker may have.'),
		readTimeout: double('How many seconds nginx waits for an answer; its default is 60.'),
		connectTimeout: double('How many seconds nginx waits for a connection; its default is 60.'),
		sendTimeout: double('How many seconds nginx waits to send the request; its default is 60.'),
		errorLog: string('The error log, as configured; the built-in default is not known.'),
		errorLogLevel: string('The least level that is logged. Below `error`, failed connections are not logged.'),
		accessLog: string('The access log, as configured; `off` when there is none.'),
		static: bool('Files or a fixed answer, and no upstream.'),
		root: string('The folder of the files.'),
		returns: int('The status of a `return`.'),
		isDefaultSite: bool('It is the page that every fresh nginx shows.'),
		errorPage: string('The URI of an error_page for 502.'),
		maxFails: int("The max_fails of the upstream block's server, when it has one."),
		failTimeout: double("The fail_timeout of the upstream block's server in seconds, when it has one."),
	},
	args: {
		url: string('The URL whose server and location are wanted.'),
		peer: string(
			'The endpoint that nginx was seen to use, for instance in its error log: picks one of several targets.',
		),
	},
	read(sheet, lines, input) {
		const stdout = lines.filter(({ stream }) => stream === 'stdout')
		const { directives, complete, dumped } = readConfiguration(stdout.length > 0 ? stdout : lines)
		const site = readSite(directives)
		if (site.servers.length === 0 && !dumped) return
		sheet.set('ok', complete)
		noteHost(sheet, site)
		const url = readUrl(textArg(input.args, 'url') ?? '')
		const choice = url === undefined ? soleServer(site.servers) : chooseServer(site.servers, url)
		if (choice === undefined) return
		const server = choice.found
		const names = server.block.find(({ name }) => name === 'server_name')
		const serverSpan = names ?? server.directive
		if (url !== undefined) sheet.set('matched', choice.named, serverSpan)
		sheet.set('server', choice.name, serverSpan)
		sheet.set('file', server.directive.file === '' ? undefined : server.directive.file, serverSpan)
		noteRoute(sheet, { site, server, url, peer: textArg(input.args, 'peer'), certain: choice.certain, whole: dumped })
	},
})

interface Route {
	readonly site: Site
	readonly server: Server
	readonly url: RequestedUrl | undefined
	readonly peer: string | undefined
	readonly certain: boolean
	/** The configuration is all that nginx has, not one pasted file. */
	readonly whole: boolean
}

/** Without a URL there is no choosing: one server, or one that passes requests on. */
function soleServer(servers: readonly Server[]) {
	const [first] = servers
	const passing = servers.filter(({ block }) => block.some(containsPass))
	const found = servers.length === 1 ? first : passing.length === 1 ? passing[0] : undefined
	return found === undefined ? undefined : { found, certain: true, named: true, name: found.names[0] ?? '' }
}

function containsPass(directive: Directive): boolean {
	return directive.name.endsWith('_pass') || (directive.block ?? []).some(containsPass)
}

/** What holds for nginx as a whole. */
function noteHost(sheet: FactSheet, site: Site): void {
	const user = site.main.findLast(({ name }) => name === 'user')
	sheet.set('user', user?.args[0], user)
	const events = site.main.find(({ name }) => name === 'events')?.block ?? []
	const connections = events.findLast(({ name }) => name === 'worker_connections')
	sheet.set('workerConnections', wholeNumber(connections?.args[0]), connections)
	const streams = site.main.filter(({ name }) => name === 'stream').flatMap(({ block }) => block ?? [])
	const streamListens = streams
		.filter(({ name }) => name === 'server')
		.flatMap(({ block }) => (block ?? []).filter(({ name, args }) => name === 'listen' && !args.includes('udp')))
		.map(readListen)
		.filter((listen) => listen !== undefined)
	const listens = [...site.servers.flatMap((server) => server.listens), ...streamListens]
	const ports = listens.filter(({ port }) => typeof port === 'number')
	sheet.set('ownPorts', [...new Set(ports.map(({ port }) => String(port)))], ...ports.map(({ directive }) => directive))
}

function noteRoute(sheet: FactSheet, route: Route): void {
	const { site, server } = route
	const path = route.url?.path ?? '/'
	const { chain, pass: directive, returns, certain } = destinationOf(server.block, path, route.url)
	const scopes = [site.main, site.http, server.block, ...chain.map(({ block }) => block ?? [])]
	sheet.set('undecided', !(certain && route.certain))
	const location = chain.at(-1)
	sheet.set('location', location?.args.join(' '), location)
	noteLogs(sheet, scopes)
	const errorPage = effective(scopes, 'error_page').find(({ args }) => args.slice(0, -1).includes('502'))
	sheet.set('errorPage', errorPage?.args.at(-1), errorPage)
	sheet.set('returns', returns?.status, returns?.directive)
	const pass = directive && readPass(directive, scopes.slice(2), site.http)
	if (route.whole) noteOthers(sheet, site, pass?.endpoints ?? [])
	if (directive === undefined || pass === undefined) {
		noteStatic(sheet, route, scopes, returns?.directive)
		return
	}
	sheet.set('static', false, directive)
	sheet.set('isDefaultSite', false, directive)
	sheet.set('file', directive.file === '' ? undefined : directive.file, directive)
	sheet.set('pass', pass.raw, spanOf(directive.line, pass.raw))
	sheet.set('passLine', directive.line.number, spanOf(directive.line, pass.raw))
	sheet.set('protocol', pass.protocol, directive)
	sheet.set('usesVariable', pass.usesVariable, spanOf(directive.line, pass.raw))
	noteTimeouts(sheet, pass, scopes)
	noteTarget(sheet, pass, route)
}

function noteLogs(sheet: FactSheet, scopes: readonly (readonly Directive[])[]): void {
	const errorLogs = effective(scopes, 'error_log')
	const errorLog = errorLogs.find(({ args }) => args[0]?.startsWith('/') === true) ?? errorLogs[0]
	if (errorLog !== undefined) {
		sheet.set('errorLog', errorLog.args[0], errorLog)
		sheet.set('errorLogLevel', errorLog.args[1] ?? 'error', errorLog)
	}
	const [accessLog] = effective(scopes, 'access_log')
	sheet.set('accessLog', accessLog?.args[0], accessLog)
}

const defaultRoots: ReadonlySet<string> = new Set([
	'/var/www/html',
	'/usr/share/nginx/html',
	'/usr/share/nginx/www',
	'/srv/http',
	'html',
])

function noteStatic(
	sheet: FactSheet,
	{ server }: Route,
	scopes: readonly (readonly Directive[])[],
	returns: Directive | undefined,
): void {
	const root = effective(scopes, 'alias')[0] ?? effective(scopes, 'root')[0]
	const span = returns ?? root ?? server.directive
	sheet.set('static', true, span)
	sheet.set('protocol', 'none', span)
	sheet.set('targets', [], span)
	sheet.set('usesVariable', false, span)
	if (returns === undefined) sheet.set('root', root?.args[0], root)
	const folder = (root?.args[0] ?? 'html').replace(/\/+$/, '')
	const anonymous = server.names.every((name) => name === '_' || name === '' || name === 'localhost')
	sheet.set('isDefaultSite', returns === undefined && anonymous && defaultRoots.has(folder), span)
}

function noteTimeouts(sheet: FactSheet, { family }: Pass, scopes: readonly (readonly Directive[])[]): void {
	for (const [fact, suffix] of [
		['readTimeout', 'read_timeout'],
		['connectTimeout', 'connect_timeout'],
		['sendTimeout', 'send_timeout'],
	] as const) {
		const [directive] = effective(scopes, `${family}_${suffix}`)
		sheet.set(fact, directive === undefined ? 60 : seconds(directive.args[0]), directive)
	}
}

function noteTarget(sheet: FactSheet, pass: Pass, { site, server, peer }: Route): void {
	const passSpan = spanOf(pass.directive.line, pass.raw)
	const spans = [passSpan, ...pass.servers.map(({ directive }) => directive)]
	if (pass.upstream !== undefined) {
		sheet.set('upstreamName', pass.upstream.args[0], passSpan, pass.upstream)
		const down = pass.servers.length > 0 && pass.servers.every((one) => one.down)
		sheet.set('upstreamAllDown', down, ...spans)
		const [only, ...more] = pass.servers
		if (more.length === 0) {
			sheet.set('maxFails', only?.maxFails, only?.directive)
			sheet.set('failTimeout', only?.failTimeout, only?.directive)
		}
	}
	const hidden = pass.endpoints.length === 0 && pass.upstream === undefined
	const targets = distinct(pass.endpoints)
	if (!hidden) sheet.set('targets', targets, ...spans)
	const isPeer = (endpoint: Endpoint) => peer !== undefined && sameEndpoint(formatEndpoint(endpoint), peer)
	if (peer !== undefined && parseEndpoint(peer) !== undefined && !hidden && !pass.endpoints.some(isOtherName)) {
		sheet.set('peerConfigured', pass.endpoints.some(isPeer), ...spans)
	}
	const target = targets.length === 1 ? pass.endpoints[0] : pass.endpoints.find(isPeer)
	if (!hidden) {
		const own = site.servers.flatMap(({ listens }) => listens)
		const names = site.servers.flatMap((one) => one.names)
		const isNginx = pass.endpoints.some((one) => own.some((listen) => isOwn(one, listen, names)))
		sheet.set('targetIsNginx', isNginx, ...spans)
		const itself = pass.endpoints.some((one) => server.listens.some((listen) => isOwn(one, listen, server.names)))
		sheet.set('proxiesToItself', itself, ...spans)
	}
	if (target === undefined) return
	noteAddress(sheet, pass, target)
	sheet.set('target', formatEndpoint(target), ...spans)
	sheet.set('unixSocket', target.kind === 'unix', ...spans)
	sheet.set('ambiguousLocalhost', ambiguousLocalhost(formatEndpoint(target)), ...spans)
	for (const name of ['path', 'host', 'port']) sheet.set(name, new Map(Object.entries(target)).get(name), ...spans)
}

/** What is somebody else's: the endpoints that requests for other URLs go to. */
function noteOthers(sheet: FactSheet, { servers, http }: Site, own: readonly Endpoint[]): void {
	const passes = servers.flatMap(({ block }) => passesIn(block, [http, block]))
	const found = passes.map(({ directive, scopes }) => readPass(directive, scopes, http))
	const isOwnTarget = (endpoint: Endpoint) => own.some((one) => formatEndpoint(one) === formatEndpoint(endpoint))
	const others = found.filter(({ endpoints }) => endpoints.some((one) => !isOwnTarget(one)))
	const endpoints = others.flatMap((pass) => pass.endpoints.filter((one) => !isOwnTarget(one)))
	sheet.set('otherTargets', distinct(endpoints), ...others.map(({ directive }) => directive))
}

type Scopes = readonly (readonly Directive[])[]

/** Each pass directive at any depth, with the blocks around it. */
function passesIn(block: readonly Directive[], scopes: Scopes): readonly { directive: Directive; scopes: Scopes }[] {
	const inside = block.flatMap((one) => (one.block === undefined ? [] : passesIn(one.block, [...scopes, one.block])))
	return [...block.filter(isPass).map((directive) => ({ directive, scopes })), ...inside]
}

/** Where the target is written, when that is one place. */
function noteAddress(sheet: FactSheet, pass: Pass, target: Endpoint): void {
	const isTarget = ({ endpoint, down }: UpstreamServer) =>
		!down && endpoint !== undefined && formatEndpoint(endpoint) === formatEndpoint(target)
	const holders =
		pass.upstream === undefined ? [pass.directive] : pass.servers.filter(isTarget).map((one) => one.directive)
	const [holder, ...others] = holders
	if (holder === undefined || others.length > 0 || holder.file === '') return
	const [address = ''] = holder.args
	if (address.includes('$')) return
	sheet.set('address', `${holder.name} ${address}`, holder)
	sheet.set('addressFile', holder.file, holder)
}

/** A name that only a resolver knows: an address that was seen may well be its. */
function isOtherName(endpoint: Endpoint): boolean {
	return endpoint.kind === 'tcp' && endpoint.host !== 'localhost' && !/^[\d.]+$|:/.test(endpoint.host)
}

/** A wildcard listener takes loopback connects for sure; whether another address is this host's is not known. */
function isOwn(target: Endpoint, listen: Listen, names: readonly string[]): boolean {
	if (typeof listen.port === 'string') return target.kind === 'unix' && target.path === listen.port
	if (target.kind === 'unix' || target.port !== listen.port) return false
	const wildcard = listen.host === '*' || listen.host === '::'
	const local = /^127\.|^::1?$|^0\.0\.0\.0$|^localhost$/.test(target.host) || names.includes(target.host)
	if (wildcard && !local) return false
	if (names.includes(target.host)) return true
	const at: Endpoint = { kind: 'tcp', host: listen.host === '*' ? '0.0.0.0' : (listen.host ?? ''), port: listen.port }
	return endpointReaches(target, at, { v6Only: true })
}

function wholeNumber(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
