/**
 * Secrets as they come by in the output of commands. All are invented when this runs: no scanner finds one in the text of
 * this file, and none was ever valid.
 */

export interface Planted {
	readonly kind: string
	readonly lines: readonly string[]
	/** What must not be left, each by itself. */
	readonly secrets: readonly string[]
}

const LOWER = 'abcdefghijkmnpqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '23456789'
const ALNUM = LOWER + UPPER + DIGITS
const HEX = '0123456789abcdef'

let state = 20_261_121

function random(below: number): number {
	state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
	return Math.floor((state / 0x8000_0000) * below)
}

/** Invented characters; three of different classes come first where the alphabet has them. */
function some(length: number, alphabet = ALNUM): string {
	let text = alphabet === ALNUM ? 'q7Z' : ''
	while (text.length < length) text += alphabet[random(alphabet.length)]
	return text.slice(0, length)
}

const planted: Planted[] = []

function plant(kind: string, write: (secret: string) => string | readonly string[], secret = some(18)): void {
	const written = write(secret)
	planted.push({ kind, lines: typeof written === 'string' ? [written] : written, secrets: [secret] })
}

const begin = (kind: string): string => `-----BEGIN ${kind}PRIVATE${' KEY'}-----`
const end = (kind: string): string => `-----END ${kind}PRIVATE${' KEY'}-----`

function plantKey(kind: string, prefix: (line: number) => string, name = 'RSA ', width = 64): void {
	const body = [...Array.from({ length: 6 }, () => some(width)), `${some(21)}==`]
	const lines = [begin(name), ...body, end(name)].map((line, index) => prefix(index + 1) + line)
	planted.push({ kind, lines: ['before the key', ...lines, 'after the key'], secrets: body })
}

// Private keys.
plantKey('PEM', () => '')
plantKey('PEM with a journald prefix', () => 'Nov 21 03:12:01 web-1 app[812]: ')
plantKey('PEM with an ISO journald prefix', () => '2026-11-21T03:12:01+0000 web-1 app[812]: ')
plantKey('PEM from grep -n', (line) => `${line}:`)
plantKey('PEM from grep -rn', (line) => `/etc/ssl/private/site.key:${line}:`)
plantKey('PEM from grep -r', () => '/etc/ssl/private/site.key:')
plantKey('PEM from grep -A', (line) => (line === 1 ? 'site.key:1:' : `site.key-${line}-`))
plantKey('PEM in YAML', () => '    ')
plantKey('PEM of OpenSSH', () => '', 'OPENSSH ', 70)
plantKey('PEM of EC', () => '', 'EC ')
plantKey('PEM encrypted', () => '', 'ENCRYPTED ')
plantKey('PEM in a diff', () => '+')
plantKey('PEM quoted', () => '> ')
plantKey('PEM from docker logs', () => 'web_1  | ')
plantKey('PEM from cat -n', (line) => `${String(line).padStart(6)}\t`)
{
	const body = [some(64), some(64), some(64), `${some(9)}=`]
	planted.push({ kind: 'the end of a PEM (tail)', lines: [...body, end('RSA ')], secrets: body })
	const one = some(120)
	planted.push({
		kind: 'PEM in one line of JSON',
		lines: [`{"private_key": "${begin('')}\\n${one}\\n${end('')}\\n"}`],
		secrets: [one],
	})
	const ppk = [some(64), some(64), `${some(30)}==`]
	const mac = some(64, HEX)
	planted.push({
		kind: 'PPK',
		lines: [
			'PuTTY-User-Key-File-3: ssh-rsa',
			'Encryption: none',
			'Comment: me@host',
			'Public-Lines: 1',
			'AAAAB3NzaC1yc2EAAAADAQABAAABAQ==',
			`Private-Lines: ${ppk.length}`,
			...ppk,
			`Private-MAC: ${mac}`,
		],
		secrets: [...ppk, mac],
	})
	const pgp = [some(64), some(64), `=${some(4)}`]
	planted.push({
		kind: 'PGP',
		lines: [`-----BEGIN PGP PRIVATE${' KEY'} BLOCK-----`, '', ...pgp, `-----END PGP PRIVATE${' KEY'} BLOCK-----`],
		secrets: pgp,
	})
}

// Assignments.
plant('environment', (s) => `DB_PASSWORD=${s}`)
plant('environment, exported and quoted', (s) => `export SECRET_KEY="${s}"`)
plant('systemd Environment=', (s) => `Environment=SECRET_KEY=${s} DEBUG=1`)
plant('systemd Environment= quoted', (s) => `Environment="DJANGO_SECRET_KEY=${s}" "DEBUG=1"`)
plant('environ', (s) => `Environment: PATH=/usr/bin API_TOKEN=${s} LANG=C`)
plant('Flask config', (s) => `app.config['SECRET_KEY'] = '${s}'`)
plant('Flask config, double quotes', (s) => `app.config["SECRET_KEY"]="${s}"`)
plant('os.environ', (s) => `os.environ["DB_PASSWORD"] = "${s}"`)
plant('PHP array', (s) => `$db['default']['password'] = '${s}';`)
plant('PHP define', (s) => `define('DB_PASSWORD', '${s}');`)
plant('PHP arrow', (s) => `    'password' => '${s}',`)
plant('PHP variable', (s) => `$dbpass = '${s}';`)
plant('Ruby symbol', (s) => `  :password => "${s}",`)
plant('default of getenv', (s) => `SECRET_KEY = os.getenv("SECRET_KEY", "${s}")`)
plant('bytes', (s) => `app.secret_key = b'${s}'`)
plant('raw bytes in a traceback', (s) => `    app.config.update(SECRET_KEY=b"${s}")`)
plant('keyword argument', (s) => `connect(host="db", password="${s}", port=5432)`)
plant('DSN by words', (s) => `host=db user=app password=${s} dbname=app`)
plant('JSON', (s) => `{"user": "app", "password": "${s}"}`)
plant('JSON in JSON', (s) => `{"MESSAGE":"{\\"token\\": \\"${s}\\"}"}`)
plant('JSON camel case', (s) => `{"clientSecret":"${s}"}`)
plant('YAML', (s) => `  password: ${s}`)
plant('YAML block', (s) => ['db:', '  password: |', `    ${s}`, '  host: db'])
plant('YAML folded block', (s) => ['  secret_key: >-', `    ${s}`, '  debug: false'])
plant('value on the next line', (s) => ['  "password":', `    "${s}",`, '    "user": "x"'])
plant('value on the next line, after =', (s) => ['SECRET_KEY = \\', `    '${s}'`])
plant('value in parentheses on the next line', (s) => ['SECRET_KEY = (', `    '${s}'`, ')'])
plant('YAML list', (s) => ['tokens:', `  - ${s}`])
plant('TOML', (s) => `secret-key = "${s}"`)
plant('INI', (s) => `; db\tpassword = ${s}`)
plant('INI of MySQL', (s) => `password=${s}`)
plant('properties', (s) => `spring.datasource.password=${s}`)
plant('nginx header', (s) => `    proxy_set_header X-Api-Key "${s}";`)
plant('nginx authorization', (s) => `    proxy_set_header Authorization "Bearer ${s}";`)
plant('fastcgi_param', (s) => `    fastcgi_param DB_PASSWORD "${s}";`)
plant('PHP-FPM env', (s) => `env[DB_PASSWORD] = ${s}`)
plant('Apache SetEnv', (s) => `    SetEnv SECRET_KEY ${s}`)
plant('uwsgi env', (s) => `env = SECRET_KEY=${s}`)
plant('passphrase', (s) => `ssl_password_passphrase: ${s}`)
plant('pwd in a connection string', (s) => `Server=db;Database=app;Uid=me;Pwd=${s};`)
plant('camel case variable', (s) => `const apiToken = "${s}"`)
plant('log of settings', (s) => `settings: {'DEBUG': False, 'SECRET_KEY': '${s}', 'X': 1}`)
plant('systemctl show', (s) => `Environment=DB_HOST=db DB_PASSWORD=${s} DB_USER=app`)
plant('docker -e', (s) => `docker run -e MYSQL_ROOT_PASSWORD=${s} mysql`)
plant('grep -rn', (s) => `/srv/app/.env:3:SECRET_KEY=${s}`)
plant('diff', (s) => `+DB_PASSWORD=${s}`)
plant('journald', (s) => `Nov 21 03:12:01 web-1 app[812]: SECRET_KEY=${s}`)
{
	const long = some(90)
	const whole = `SECRET_KEY=${long}`
	planted.push({
		kind: 'wrapped at 80',
		lines: [whole.slice(0, 80), whole.slice(80), 'DEBUG=1'],
		secrets: [long.slice(0, 69), long.slice(69)],
	})
	const other = some(100)
	const quoted = `  "api_key": "${other}",`
	planted.push({
		kind: 'wrapped at 80, quoted',
		lines: [quoted.slice(0, 80), quoted.slice(80)],
		secrets: [other.slice(0, 60), other.slice(68)],
	})
}

// Headers, cookies, URLs.
plant('bearer', (s) => `Authorization: Bearer ${s}`)
plant('basic', (s) => `> Authorization: Basic ${s}=`)
plant('bearer alone', (s) => `sending token bearer ${s}`)
plant('digest', (s) => `Authorization: Digest username="a", response="${s}"`)
plant('Set-Cookie', (s) => `< Set-Cookie: session=${s}; Path=/; HttpOnly`)
plant('Cookie', (s) => `Cookie: a=1; sessionid=${s}`)
plant('quoted cookie', (s) => `Cookie: sid="${s}"; other="x"`)
plant('cookie in curl -H', (s) => `curl -H "Cookie: sid=\\"${s}\\"" http://h/`)
plant('cookie in curl -b', (s) => `curl -b 'session=${s}' http://127.0.0.1/`)
plant('cookie in curl --cookie', (s) => `curl --cookie "session=${s}" http://127.0.0.1/`)
plant('cookie in JSON', (s) => `{"cookie":"sid=\\"${s}\\"; x=1","a":1}`)
plant('cookies of requests', (s) => `cookies={'session': '${s}'}`)
plant('HTTP_COOKIE', (s) => `'HTTP_COOKIE': 'sessionid=${s}',`)
plant('HTTP_AUTHORIZATION', (s) => `'HTTP_AUTHORIZATION': 'Token ${s}',`)
plant('X-Api-Key', (s) => `X-Api-Key: ${s}`)
plant('X-Vault-Token', (s) => `curl -H 'X-Vault-Token: ${s}' http://vault/`)
plant('Private-Token', (s) => `curl --header "PRIVATE-TOKEN: ${s}" https://git.example/`)
plant('URL password', (s) => `postgresql://app:${s}@db:5432/app`)
plant('URL password with signs', (s) => `DATABASE_URL=mysql://u:${s}@db/app`, `q7%40/${some(9)}`)
plant('URL password of redis', (s) => `redis://:${s}@cache:6379/0`)
plant('URL user is a token', (s) => `https://${s}@github.com/me/repo.git`, some(40))
plant('query token', (s) => `GET /api?token=${s}&page=2 HTTP/1.1`)
plant('query api key', (s) => `"GET /v1?api_key=${s} HTTP/1.1" 502`)
plant('query access_token', (s) => `http://h/x?access_token=${s}`)
plant('query signature', (s) => `https://b.s3.amazonaws.com/k?X-Amz-Signature=${s}`, some(64, HEX))
plant('Azure SAS', (s) => `https://a.blob.core.windows.net/c?sv=2022-11-02&sig=${s}%3D&se=2026`, some(43))
plant('Azure storage', (s) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${s}==;X=1`, some(86))
plant('reset link', (s) => `GET /reset?password_reset_token=${s} HTTP/1.1`)
plant('Sentry DSN', (s) => `SENTRY_DSN=https://${s}@o1.ingest.sentry.io/2`, some(32, HEX))
plant('form body', (s) => `username=me&password=${s}&next=/`)
plant('percent-encoded', (s) => `POST data: csrfmiddlewaretoken=${s}&x=1`)

// Password hashes and files of passwords.
plant('htpasswd apr1', (s) => `admin:$apr1$${s}`, `q7Zabcde$${some(22)}`)
plant('htpasswd SHA', (s) => `admin:{SHA}${s}=`, some(27))
plant('LDAP SSHA', (s) => `userPassword: {SSHA}${s}==`, some(38))
plant('htpasswd DES', (s) => `admin:${s}`, some(13))
plant('shadow DES', (s) => `app:${s}:19000:0:99999:7:::`, some(13))
plant('shadow SHA-512', (s) => `root:$6$${s}:19000:0:99999:7:::`, `q7Zsalt1$${some(86)}`)
plant('shadow yescrypt', (s) => `root:$y$j9T$${s}:19000:0:99999:7:::`, `${some(22)}$${some(43)}`)
plant('bcrypt', (s) => `hash is $2y$10$${s}`, some(53))
plant('Django hash', (s) => `pbkdf2_sha256$600000$${s}=`, `${some(22)}$${some(43)}`)
plant('.pgpass', (s) => `db.internal:5432:app:app:${s}`)
plant('.pgpass with stars', (s) => `*:*:*:postgres:${s}`)
plant('.netrc', (s) => `machine git.example login me password ${s}`)
plant('.netrc over lines', (s) => ['machine git.example', '  login me', `  password ${s}`])
plant('.npmrc', (s) => `//registry.npmjs.org/:_authToken=${s}`)
plant('.dockercfg', (s) => `"auths": {"registry": {"auth": "${s}="}}`)
plant('.git-credentials', (s) => `https://me:${s}@git.example`)
plant('.my.cnf', (s) => ['[client]', 'user=root', `password="${s}"`])
plant('AWS credentials', (s) => `aws_secret_access_key = ${s}`, some(40))
plant('PostgreSQL SCRAM', (s) => `SCRAM-SHA-256$4096:${s}=`, `${some(22)}==$${some(43)}=:${some(43)}`)

// XML, HTML, SQL.
plant('XML', (s) => `  <password>${s}</password>`)
plant('XML attribute', (s) => `<add key="ApiKey" value="${s}" />`)
plant('XML attribute of a name', (s) => `<property name="hibernate.connection.password">${s}</property>`)
plant('XML password attribute', (s) => `<Resource username="me" password="${s}" url="jdbc:x"/>`)
plant('HTML input', (s) => `<input type="password" name="pw" value="${s}">`)
plant('HTML input, value first', (s) => `<input value="${s}" type="hidden" name="csrf_token">`)
plant('HTML meta', (s) => `<meta name="csrf-token" content="${s}">`)
plant('HTML table', (s) => `<tr><td>SECRET_KEY</td><td class="code"><pre>'${s}'</pre></td></tr>`)
plant('SQL IDENTIFIED BY', (s) => `CREATE USER 'app'@'%' IDENTIFIED BY '${s}';`)
plant('SQL IDENTIFIED WITH', (s) => `ALTER USER u IDENTIFIED WITH mysql_native_password BY '${s}';`)
plant('SQL PASSWORD', (s) => `ALTER ROLE app WITH LOGIN PASSWORD '${s}';`)
plant('SQL ENCRYPTED PASSWORD', (s) => `CREATE USER app WITH ENCRYPTED PASSWORD '${s}'`)
plant('SQL PASSWORD()', (s) => `SET PASSWORD FOR 'app' = PASSWORD('${s}');`)

// Options of programs.
plant('mysql -p', (s) => `mysql -u root -p${s} app`)
plant('mysql -p quoted', (s) => `mysqldump -u root -p'${s}' app`)
plant('mariadb -p', (s) => `mariadb -uroot -p${s}`)
plant('redis-cli -a', (s) => `redis-cli -h cache -a ${s} ping`)
plant('ldapsearch -w', (s) => `ldapsearch -x -D cn=admin -w ${s} -b dc=x`)
plant('mongosh -p', (s) => `mongosh -u admin -p ${s} --host db`)
plant('sshpass -p', (s) => `sshpass -p ${s} ssh me@host`)
plant('sshpass -p joined', (s) => `sshpass -p'${s}' ssh me@host`)
plant('psql with PGPASSWORD', (s) => `PGPASSWORD=${s} psql -h db -U app`)
plant('curl -u', (s) => `curl -u me:${s} http://h/`)
plant('curl --user', (s) => `curl --user 'me:${s}' http://h/`)
plant('wget --password', (s) => `wget --http-password=${s} http://h/`)
plant('docker login -p', (s) => `docker login -u me -p ${s} registry`)
plant('--token', (s) => `deploy --token ${s} --host h`)
plant('--api-key', (s) => `agent --api-key=${s}`)
plant('openssl -passin', (s) => `openssl rsa -passin pass:${s} -in k`)
plant('smbclient -U', (s) => `smbclient //srv/share -U me%${s}`)
plant('htpasswd -b', (s) => `htpasswd -bc /etc/nginx/htpasswd admin ${s}`)
plant('chpasswd', (s) => `echo 'root:${s}' | chpasswd`)
plant('sudo -S', (s) => `echo ${s} | sudo -S systemctl restart x`)
plant('requirepass', (s) => `requirepass ${s}`)
plant('masterauth', (s) => `masterauth ${s}`)
plant('rabbitmqctl', (s) => `rabbitmqctl add_user app ${s}`)
plant('ps line', (s) => `app  812  0.0 python worker.py --password ${s} --queue x`)

// Vendors' tokens.
const vendor: readonly (readonly [string, string, number, string?])[] = [
	['AWS key id', 'AKIA', 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'],
	['GitHub', 'ghp_', 36],
	['GitHub fine-grained', 'github_pat_', 82],
	['GitHub app', 'ghs_', 36],
	['GitLab', 'glpat-', 20],
	['GitLab runner', 'glrt-', 20],
	['GitLab deploy', 'gldt-', 20],
	['GitLab pipeline', 'glptt-', 40, HEX],
	['DigitalOcean', 'dop_v1_', 64, HEX],
	['DigitalOcean OAuth', 'doo_v1_', 64, HEX],
	['Hugging Face', 'hf_', 34, LOWER + UPPER],
	['New Relic', 'NRAK-', 27, UPPER + DIGITS],
	['New Relic insert', 'NRII-', 32],
	['age', 'AGE-SECRET-KEY-1', 58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'],
	['1Password service account', 'ops_eyJ', 260],
	['1Password secret key', 'A3-ABCDEF-', 11, UPPER + DIGITS],
	['Mailgun', 'key-', 32, HEX],
	['Slack bot', 'xoxb-123456789012-1234567890123-', 24],
	['Slack app', 'xapp-1-A0123456789-1234567890123-', 64, HEX],
	['Stripe live', 'sk_live_', 24],
	['Stripe restricted', 'rk_live_', 24],
	['Stripe webhook', 'whsec_', 32],
	['Google API', 'AIzaSy', 33],
	['Google OAuth secret', 'GOCSPX-', 28],
	['Google access token', 'ya29.a0', 60],
	['npm', 'npm_', 36],
	['PyPI', 'pypi-AgEIcHlwaS5vcmc', 60],
	['RubyGems', 'rubygems_', 48, HEX],
	['Docker', 'dckr_pat_', 27],
	['Vault', 'hvs.', 90],
	['Anthropic', 'sk-ant-api03-', 95],
	['OpenAI project', 'sk-proj-', 48],
	['Groq', 'gsk_', 52],
	['Replicate', 'r8_', 37],
	['Perplexity', 'pplx-', 48],
	['SendGrid', 'SG.abcdefghijklmnopqrstuv.', 43],
	['Sendinblue', 'xkeysib-', 64, HEX],
	['Shopify', 'shpat_', 32, HEX],
	['Square', 'sq0atp-', 22],
	['Databricks', 'dapi', 32, HEX],
	['Doppler', 'dp.pt.', 43],
	['Linear', 'lin_api_', 40],
	['Notion', 'ntn_', 46],
	['Postman', 'PMAK-', 59, HEX],
	['Pulumi', 'pul-', 40, HEX],
	['PlanetScale', 'pscale_tkn_', 43],
	['Grafana service account', 'glsa_', 41],
	['Grafana cloud', 'glc_eyJ', 60],
	['Heroku', 'HRKU-AA', 58],
	['Tailscale', 'tskey-auth-', 30],
	['Figma', 'figd_', 40],
	['Sentry user', 'sntryu_', 64, HEX],
	['Sourcegraph', 'sgp_', 40, HEX],
	['Supabase', 'sbp_', 40, HEX],
	['Prefect', 'pnu_', 36],
	['Fly', 'fo1_', 43],
	['Alibaba', 'LTAI', 20],
	['JFrog', 'AKCp', 69],
	['Atlassian', 'ATATT3xFfGF0', 180],
	['Dynatrace', 'dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.', 64, UPPER + DIGITS],
	['Duffel', 'duffel_live_', 43],
	['EasyPost', 'EZAK', 54],
	['Flutterwave', 'FLWSECK_TEST-', 32, HEX],
	['Typeform', 'tfp_', 59],
	['Twilio', 'SK', 32, HEX],
	['Adobe', 'p8e-', 32],
	['OpenShift', 'sha256~', 43],
	['Terraform Cloud', 'q7Zabcdefghijk.atlasv1.', 64],
	['PostHog', 'phx_', 43],
	['Netlify', 'nfp_', 36],
	['CircleCI', 'CCIPAT_AbCdEfGhIjKlMnOpQrStUv_', 40, HEX],
	['Buildkite', 'bkua_', 40, HEX],
]
for (const [kind, prefix, length, alphabet] of vendor) {
	const secret = some(length, alphabet)
	plant(kind, () => `Nov 21 03:12:01 web-1 app[812]: using ${prefix}${secret} for calls`, secret)
}
plant('Telegram', (s) => `POST https://api.telegram.org/bot123456789:AA${s}/sendMessage`, some(33))
plant('Telegram alone', (s) => `started bot 1234567890:AA${s}`, some(33))
plant('Discord bot', (s) => `logged in with M${some(23)}.${some(6)}.${s}`, some(38))
plant('Discord webhook', (s) => `https://discord.com/api/webhooks/123456789012345678/${s}`, some(68))
plant('Slack webhook', (s) => `https://hooks.slack.com/services/T01234567/B01234567/${s}`, some(24))
plant('Teams webhook', (s) => `https://x.webhook.office.com/webhookb2/${s}/IncomingWebhook/1/2`, some(36, HEX))
plant('JWT', (s) => `token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${s}`, some(43))

// Disguises.
plant('base64 of a known secret', (s) => [`DB_PASSWORD=${s}`, `data: ${Buffer.from(s).toString('base64')}`])
{
	const secret = some(18)
	const encoded = Buffer.from(`app:${secret}`).toString('base64')
	planted.push({
		kind: 'base64 of a known secret with its user',
		lines: [`DB_PASSWORD=${secret}`, `sent ${encoded} to the proxy`],
		secrets: [secret, encoded.slice(6, -4)],
	})
}
plant('a known secret again', (s) => [`DB_PASSWORD=${s}`, `psycopg2: cannot log in with ${s} as app`])
plant(
	'a known secret again, percent-encoded',
	(s) => [`DB_PASSWORD='${s}'`, `GET /?p=${encodeURIComponent(s)}`],
	`q7Z/${some(9)}+`,
)
plant('no-break spaces', (s) => `password\u00a0=\u00a0${s}`)
plant('zero width in the name', (s) => `pass\u200bword=${s}`)
planted.push(
	(() => {
		const secret = some(18)
		const split = `${secret.slice(0, 7)}\u200b${secret.slice(7)}`
		return {
			kind: 'zero width in a known secret',
			lines: [`API_TOKEN=${secret}`, `calls with ${split} now`],
			secrets: [secret, split],
		}
	})(),
)

export const PLANTED: readonly Planted[] = planted
