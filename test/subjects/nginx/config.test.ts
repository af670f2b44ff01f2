// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes its variables so
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nginxConfigParser } from '../../../src/subjects/nginx/config.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { asPasted, evidenceOf, factsOf, pasted, prefixed, recorded } from '../recorded-output.ts'

const url = 'http://127.0.0.1/'
const dumped = (name: string, args: Facts = { url }) => factsOf(nginxConfigParser, recorded('nginx-config', name, args))
const site = (text: string, args: Facts = { url }) => factsOf(nginxConfigParser, pasted(text, args))
/** A site whose one location passes requests on. */
const passing = (pass: string, around = '', args: Facts = { url }) =>
	site(`${around}\nserver { listen 80; location / { ${pass} } }`, args)

describe('what nginx -T tells', () => {
	test('where other sites pass requests to, and what is not told by one site alone', () => {
		const shop = [
			'upstream shop { server unix:/run/shop.sock; server 127.0.0.1:8000; }',
			'server { listen 80; server_name shop.test; location / { proxy_pass http://shop; } }',
			'server { listen 80; server_name a.test; location / { proxy_pass http://127.0.0.1:8000; }',
			'location /api { if ($arg_v) { proxy_pass http://127.0.0.1:9001; } set $x 127.0.0.1:9002; proxy_pass http://$x; } }',
		].join('\n')
		const whole = `# configuration file /etc/nginx/nginx.conf:\nhttp {\n${shop}\n}`
		const others = (address: string) => site(whole, { url: address }).otherTargets
		expect(others('http://a.test/')).toEqual(['unix:/run/shop.sock', '127.0.0.1:9002', '127.0.0.1:9001'])
		expect(others('http://shop.test/')).toEqual(['127.0.0.1:9002', '127.0.0.1:9001'])
		expect(site(shop, { url: 'http://a.test/' }).otherTargets).toBeUndefined()
	})

	test('a TCP upstream', () => {
		expect(dumped('tcp')).toEqual({
			ok: true,
			file: '/etc/nginx/sites-enabled/default',
			address: 'proxy_pass http://127.0.0.1:8000',
			addressFile: '/etc/nginx/sites-enabled/default',
			server: '_',
			matched: false,
			location: '/',
			undecided: false,
			pass: 'http://127.0.0.1:8000',
			passLine: 194,
			protocol: 'http',
			target: '127.0.0.1:8000',
			targets: ['127.0.0.1:8000'],
			otherTargets: [],
			unixSocket: false,
			host: '127.0.0.1',
			port: 8000,
			ambiguousLocalhost: false,
			usesVariable: false,
			ownPorts: ['80'],
			proxiesToItself: false,
			targetIsNginx: false,
			user: 'www-data',
			workerConnections: 768,
			readTimeout: 2,
			connectTimeout: 60,
			sendTimeout: 60,
			errorLog: '/var/log/nginx/error.log',
			errorLogLevel: 'error',
			accessLog: '/var/log/nginx/access.log',
			static: false,
			isDefaultSite: false,
		})
		const input = recorded('nginx-config', 'tcp', { url })
		expect(evidenceOf(nginxConfigParser, input, 'pass')).toEqual(['http://127.0.0.1:8000'])
		expect(evidenceOf(nginxConfigParser, input, 'user')).toEqual(['user www-data;'])
		expect(evidenceOf(nginxConfigParser, input, 'errorLog')).toEqual(['error_log /var/log/nginx/error.log;'])
	})

	test('an upstream block behind try_files and a named location', () => {
		expect(dumped('upstream-named', { url: 'http://example.com/login?next=/' })).toMatchObject({
			matched: true,
			server: 'example.com',
			location: '@app',
			pass: 'http://app_server',
			upstreamName: 'app_server',
			upstreamAllDown: false,
			target: 'unix:/run/g.sock',
			path: '/run/g.sock',
			unixSocket: true,
			failTimeout: 0,
			address: 'server unix:/run/g.sock',
		})
		const input = recorded('nginx-config', 'upstream-named', { url })
		expect(evidenceOf(nginxConfigParser, input, 'target')).toEqual([
			'http://app_server',
			'upstream app_server { server unix:/run/g.sock fail_timeout=0; }',
		])
	})

	test('the default site', () => {
		expect(dumped('debian-default')).toMatchObject({
			static: true,
			protocol: 'none',
			isDefaultSite: true,
			root: '/var/www/html',
			targets: [],
			matched: false,
		})
		expect(dumped('debian-default')).not.toHaveProperty('target')
	})

	test.each([
		['/', { targets: ['127.0.0.1:8000', '127.0.0.1:8001'], upstreamName: 'app_server' }],
		['/local', { target: 'localhost:8005', ambiguousLocalhost: true }],
		['/https', { protocol: 'https', target: '127.0.0.1:8002' }],
		['/uwsgi', { protocol: 'uwsgi', target: '127.0.0.1:8002' }],
		['/fcgi', { protocol: 'fastcgi', target: 'unix:/run/none.sock', unixSocket: true }],
		['/self', { proxiesToItself: true, targetIsNginx: true, target: '127.0.0.1:80' }],
		['/var', { usesVariable: true, target: 'nosuch.internal:8000', pass: 'http://$up:8000' }],
		['/far', { connectTimeout: 2, readTimeout: 60 }],
	])('%s', (path, facts) => {
		expect(dumped('many', { url: `http://127.0.0.1${path}` })).toMatchObject(facts)
	})

	test('of several targets the one that nginx was seen to use', () => {
		expect(dumped('many')).not.toHaveProperty('target')
		expect(dumped('many')).not.toHaveProperty('address')
		expect(dumped('many', { url, peer: '127.0.0.1:8001' })).toMatchObject({
			target: '127.0.0.1:8001',
			peerConfigured: true,
			address: 'server 127.0.0.1:8001',
			addressFile: expect.stringMatching(/^\//),
		})
		expect(dumped('many', { url: 'http://127.0.0.1/var' })).not.toHaveProperty('address')
		expect(dumped('tcp', { url, peer: '127.0.0.1:9999' })).toMatchObject({
			target: '127.0.0.1:8000',
			peerConfigured: false,
		})
		expect(dumped('many', { url: 'http://127.0.0.1/var', peer: '10.0.0.9:8000' })).not.toHaveProperty('peerConfigured')
	})

	test('who may not read it gets nothing', () => {
		expect(dumped('as-nobody')).toEqual({})
	})
})

describe('the server and the location that nginx really took', () => {
	const answers: readonly { url: string; status: number; answer: string }[] = JSON.parse(
		readFileSync(join(import.meta.dirname, '../../fixtures/facts/nginx-config/routing-answers.json'), 'utf8'),
	)
	test.each(answers)('$url', ({ url: asked, status, answer }) => {
		const input = recorded('nginx-config', 'routing', { url: asked })
		expect(factsOf(nginxConfigParser, input)).toMatchObject({ returns: status, undecided: false, static: true })
		if (answer === '') return
		expect(evidenceOf(nginxConfigParser, input, 'returns').join()).toContain(`return 200 "${answer}"`)
	})
})

describe('a pasted site', () => {
	test('Certbot’s: the plain server redirects, the other one serves files', () => {
		const certbot = (asked: string) => dumped('public-certbot-site', { url: asked })
		expect(certbot('http://example.com/a')).toMatchObject({ returns: 301, matched: true, undecided: false })
		expect(certbot('http://other.org/')).toMatchObject({ returns: 404, matched: false })
		expect(certbot('https://example.com/')).toMatchObject({ static: true, location: '/', isDefaultSite: false })
		expect(certbot('https://example.com/websocket/x')).toMatchObject({
			target: '127.0.0.1:8388',
			location: '/websocket/',
		})
	})

	test('one server needs no URL; several, of which one passes on, neither', () => {
		const one = 'server { server_name a; location / { proxy_pass http://unix:/run/g.sock; } }'
		expect(site(one, {})).toMatchObject({ server: 'a', target: 'unix:/run/g.sock' })
		expect(site(one, {})).not.toHaveProperty('matched')
		expect(site(`server { return 301 https://x; } ${one}`, {})).toMatchObject({ target: 'unix:/run/g.sock' })
		expect(site(`${one} ${one}`, {})).not.toHaveProperty('target')
	})

	test('only a location', () => {
		expect(site('location / {\n  proxy_pass http://127.0.0.1:4999;\n}')).toMatchObject({ target: '127.0.0.1:4999' })
	})

	test('a file that was cut off says what it says', () => {
		const text = 'server {\n listen 80;\n location / {\n  proxy_pass http://127.0.0.1:8000;'
		expect(site(text)).toMatchObject({ ok: false, target: '127.0.0.1:8000' })
		expect(site('server { listen 80; } }')).toMatchObject({ ok: false })
	})

	test('in a mail, numbered, with Windows line ends', () => {
		const input = asPasted(recorded('nginx-config', 'tcp', { url }))
		for (const prefix of ['> ', 'web-1  | ', '12:', '   3\t']) {
			expect(factsOf(nginxConfigParser, prefixed(input, prefix))).toMatchObject({ target: '127.0.0.1:8000', ok: true })
			expect(evidenceOf(nginxConfigParser, prefixed(input, prefix), 'pass')).toEqual(['http://127.0.0.1:8000'])
		}
		const windows = { ...input, lines: input.lines.map((line) => ({ ...line, text: `${line.text}\r` })) }
		expect(factsOf(nginxConfigParser, windows)).toMatchObject({ target: '127.0.0.1:8000', ok: true })
	})

	test('text that is no configuration gives nothing', () => {
		expect(site('hello world\nnginx: command not found')).toEqual({})
		expect(site('')).toEqual({})
	})
})

describe('where a pass leads', () => {
	test.each([
		['proxy_pass http://unix:/var/run/g.sock:/;', { target: 'unix:/run/g.sock', path: '/run/g.sock' }],
		['proxy_pass http://localhost:8000/app/;', { target: 'localhost:8000', ambiguousLocalhost: true }],
		['proxy_pass http://backend;', { target: 'backend:80', host: 'backend', port: 80 }],
		['proxy_pass https://10.0.0.5;', { target: '10.0.0.5:443', protocol: 'https' }],
		['proxy_pass http://127.0.0.1:8000$request_uri;', { target: '127.0.0.1:8000', usesVariable: true }],
		['proxy_pass "http://[::1]:8000";', { target: '[::1]:8000', host: '::1' }],
		['grpc_pass grpc://127.0.0.1:50051;', { protocol: 'grpc', target: '127.0.0.1:50051' }],
		['uwsgi_pass unix:/run/uwsgi.sock;', { protocol: 'uwsgi', path: '/run/uwsgi.sock' }],
		['uwsgi_pass suwsgi://127.0.0.1:3031;', { protocol: 'uwsgi', target: '127.0.0.1:3031' }],
		['set $app 127.0.0.1:9000; proxy_pass http://$app;', { target: '127.0.0.1:9000', usesVariable: true }],
		['set $app http://127.0.0.1:9000; proxy_pass ${app};', { target: '127.0.0.1:9000', usesVariable: true }],
	])('%s', (pass, facts) => {
		expect(passing(pass)).toMatchObject(facts)
	})

	test('a variable that the configuration does not fix leaves the target open', () => {
		for (const pass of [
			'proxy_pass http://$host;',
			'set $app 1.1.1.1; if ($arg_x) { set $app 2.2.2.2; } proxy_pass http://$app;',
		]) {
			expect(passing(pass)).toMatchObject({ usesVariable: true })
			expect(passing(pass)).not.toHaveProperty('target')
			expect(passing(pass)).not.toHaveProperty('targets')
		}
	})

	test('upstream blocks: down, backup, several, none left', () => {
		const upstream = (servers: string) => passing('proxy_pass http://app;', `upstream app { ${servers} }`)
		expect(upstream('server 127.0.0.1:8000 max_fails=3 fail_timeout=1m30s;')).toMatchObject({
			target: '127.0.0.1:8000',
			upstreamName: 'app',
			maxFails: 3,
			failTimeout: 90,
		})
		expect(upstream('server 10.0.0.1 down; server 10.0.0.2;')).toMatchObject({
			target: '10.0.0.2:80',
			upstreamAllDown: false,
		})
		expect(upstream('server a:1; server b:2 backup;')).toMatchObject({ targets: ['a:1', 'b:2'] })
		expect(upstream('server 127.0.0.1:8000 down;')).toMatchObject({ upstreamAllDown: true, targets: [] })
		expect(upstream('server 127.0.0.1:8000 down;')).not.toHaveProperty('target')
	})

	test('back to nginx itself', () => {
		expect(passing('proxy_pass http://localhost;')).toMatchObject({ proxiesToItself: true })
		expect(passing('proxy_pass http://10.0.0.5;')).toMatchObject({ proxiesToItself: false })
		const chain = 'server { listen 8080; location / { return 200; } }'
		expect(passing('proxy_pass http://127.0.0.1:8080;', chain)).toMatchObject({
			proxiesToItself: false,
			targetIsNginx: true,
		})
		expect(passing('proxy_pass http://unix:/run/n.sock;', 'server { listen unix:/run/n.sock; }')).toMatchObject({
			targetIsNginx: true,
			ownPorts: ['80'],
		})
	})
})

describe('what is inherited, and what is not', () => {
	test('timeouts and logs come from the innermost level that sets them', () => {
		const text = `
			error_log /var/log/main.log crit;
			http {
				proxy_read_timeout 90s;
				access_log off;
				server {
					listen 80;
					proxy_connect_timeout 500ms;
					location / { proxy_read_timeout 2m; proxy_pass http://a; location /in/ { error_log stderr; proxy_pass http://b; } }
				}
			}`
		expect(site(text)).toMatchObject({
			readTimeout: 120,
			connectTimeout: 0.5,
			errorLog: '/var/log/main.log',
			errorLogLevel: 'crit',
			accessLog: 'off',
		})
		expect(site(text, { url: 'http://x/in/' })).toMatchObject({ readTimeout: 120, errorLog: 'stderr', target: 'b:80' })
	})

	test('a pass is not: a nested location without one serves files', () => {
		const text = 'server { location / { proxy_pass http://a; location /static/ { root /srv; } } }'
		expect(site(text, { url: 'http://x/static/y' })).toMatchObject({ static: true, root: '/srv', protocol: 'none' })
	})

	test('each protocol has its own timeouts', () => {
		expect(passing('proxy_read_timeout 5; uwsgi_read_timeout 7; uwsgi_pass 127.0.0.1:1;')).toMatchObject({
			readTimeout: 7,
		})
	})

	test('a page for 502', () => {
		expect(passing('proxy_pass http://a; error_page 500 502 /sorry.html;')).toMatchObject({ errorPage: '/sorry.html' })
		expect(passing('proxy_pass http://a; error_page 404 /x;')).not.toHaveProperty('errorPage')
	})
})

describe('the language', () => {
	test('quotes, escapes, comments, ${}, Lua', () => {
		const text = [
			'# server { location / { proxy_pass http://commented; } }',
			'server { # listen 81;',
			'  listen 80;',
			'  add_header X "a;b}#\'c\\"";',
			'  log_format x \'{"a": "$b"}\';',
			'  set $z ${host}_1;',
			'  content_by_lua_block { if x then y = "}" end -- {',
			'  }',
			'  location / { proxy_pass',
			'     http://127.0.0.1:8000',
			'     ; }',
			'}',
		].join('\n')
		expect(site(text)).toMatchObject({ ok: true, ownPorts: ['80'], target: '127.0.0.1:8000' })
	})

	test('includes of the dump: exact, with a pattern, relative, one that has itself', () => {
		const file = (name: string, text: string) => `# configuration file ${name}:\n${text}\n`
		const dump = (server: string) =>
			[
				file('/etc/nginx/nginx.conf', 'http { include conf.d/*.conf; include /etc/nginx/sites/[a-m]?te; }'),
				file('/etc/nginx/conf.d/up.conf', 'upstream app { server 127.0.0.1:7000; }'),
				file('/etc/nginx/conf.d/.hidden.conf', 'server { listen 1; }'),
				file('/etc/nginx/conf.d/deep/x.conf', 'server { listen 2; }'),
				file('/etc/nginx/sites/mite', server),
				file('/etc/nginx/snippets/loop', 'include /etc/nginx/snippets/loop; proxy_read_timeout 3;'),
			].join('')
		const server = 'server { listen 80; location / { include snippets/loop; proxy_pass http://app; } }'
		expect(site(dump(server))).toMatchObject({
			target: '127.0.0.1:7000',
			ownPorts: ['80'],
			readTimeout: 3,
			file: '/etc/nginx/sites/mite',
			ok: true,
		})
	})

	test('a pattern that cannot be tried leaves the choice open', () => {
		const text = `server { listen 80; location ~ ^/((a+)+)$ { return 204; } location / { proxy_pass http://a; } }`
		expect(site(text)).toMatchObject({ undecided: true, target: 'a:80' })
	})
})

/** Where it does not, the test runs into its time-out. */
test('nothing makes it slow', () => {
	const many = Array.from(
		{ length: 20_000 },
		(_, at) => `location /p${at}/ { proxy_pass http://127.0.0.1:${(at % 60_000) + 1}; }`,
	)
	expect(site(`server {\n${many.join('\n')}\n}`, { url: 'http://x/p19999/' })).toMatchObject({ location: '/p19999/' })
	site('{'.repeat(200_000))
	site('a {'.repeat(200_000))
	site('server { location / {'.repeat(100_000))
	site('a '.repeat(500_000))
	site(`server { ${'"'.repeat(200_000)}`)
	const loop =
		'# configuration file /a:\ninclude /b; include /b; include /b;\n# configuration file /b:\ninclude /a; include /a;\n'
	site(loop)
})
