/**
 * Tokens that are known by their beginning, beside those of the preset's rules. Sources: the vendors' own pages on their
 * tokens, and the list of formats that the GitHub secret scanning documentation keeps.
 */
const PREFIXES: readonly (readonly [prefix: string, characters: string, least: number])[] = [
	// Hexadecimal.
	[
		'(?:dop|doo|dor)_v1_|xkeysib-|rubygems_|pul-|sgp_(?:local_)?|sbp_|sbs_|bkua_|sntryu_|sntrys_|FLWSECK(?:_TEST)?-|dapi|key-|pubkey-|shp(?:at|ss|ca|pa)_',
		'[\\da-fA-F]',
		20,
	],
	['(?<![\\da-zA-Z])(?:SK|AC)(?=[\\da-f]{32}(?![\\da-f]))', '[\\da-f]', 32],
	['CCI(?:PAT|PRJ)_[A-Za-z\\d]{10,30}_', '[\\da-f]', 20],
	['PMAK-', '[\\da-f-]', 30],
	// Capitals.
	['AGE-SECRET-KEY-1', '[A-Z\\d]', 40],
	['A3-[A-Z\\d]{6}-', '[A-Z\\d-]', 11],
	['dt0[a-z]\\d{2}\\.[A-Z\\d]{20,30}\\.', '[A-Z\\d]', 40],
	// Letters and digits.
	['NR(?:AK|II|JS|RA|AA|BR)-', '[A-Za-z\\d]', 20],
	['(?:AKCp|cmVmd)', '[A-Za-z\\d]', 50],
	['LTAI', '[A-Za-z\\d]', 16],
	['(?:EZAK|EZTK)', '[A-Za-z\\d]', 40],
	[
		'hf_|api_org_|gsk_|r8_|pplx-|ntn_|secret_(?=[A-Za-z\\d]{43})|npm_|nfp_|pnu_|lin_(?:api|oauth)_|CLOJARS_|4b1d(?=[A-Za-z\\d]{38})|oy2(?=[a-z\\d]{43})|xai-|rnd_|CFPAT-|pat-[a-z]{2}\\d-|sq0[a-z]{3}-|EAA[AM](?=[\\w-]{50})|p8e-|ico-',
		'[\\w-]',
		20,
	],
	['gl(?:pat|rt|rtr|dt|ft|imt|agent|oas|ptt|cbt|soat|ffct|wt|pa)-(?:t\\d_)?', '[\\w.-]', 16],
	['GR1348941', '[\\w-]', 18],
	['ops_eyJ|gl(?:sa|c)_', '[\\w+/=-]', 30],
	['x(?:ox[a-z]|app)-', '[\\w-]', 24],
	[
		'GOCSPX-|figd_|tskey-(?:auth|api|client|scim|webhook)-|dckr_(?:pat|oat)_|ph[cx]_|fo1_|fm[12]r?_|tfp_|dp\\.(?:pt|st|ct|sa|scim|audit)\\.|pscale_(?:tkn|oauth|pw)_|duffel_(?:test|live)_|HRKU-(?:AA)?|ATATT3|ATCTT3|ATBB|hv[sbr]\\.|SG\\.|sha256~|sk-(?:ant|proj|svcacct|admin)-|pypi-AgE|secret-(?:test|live)-|shippo_(?:test|live)_|live_(?=[\\w-]{35})|_mmk_|fio-u-|AQVN|ya29\\.|whsec_|[rs]k_(?:test|live)_|sl\\.',
		'[\\w.=-]',
		20,
	],
	['[A-Za-z\\d]{10,16}\\.atlasv1\\.', '[\\w=-]', 40],
]

/** Each matches a whole token, bounded on both sides. Linear: a class, and no two ways to match one character. */
export const VENDOR_SHAPES: readonly RegExp[] = [
	...PREFIXES.map(([prefix, characters, least]) => new RegExp(`(?<![\\w-])(?:${prefix})${characters}{${least},}`, 'g')),
	// Telegram: the bot's number, and its key. In a URL the word `bot` stands before it.
	/(?<=(?:^|[^\w-])(?:bot)?)\d{8,10}:AA[\w-]{30,}/g,
	// Discord: a user id in base64, a time, a code.
	/(?<![\w-])[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,}/g,
	// Azure: three characters, a digit, `Q~`.
	/(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{30,}/g,
	/(?<=discord(?:app)?\.com\/api\/webhooks\/\d{15,22}\/)[\w-]{40,}/g,
	/(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]{20,}/g,
	/(?<=webhook\.office(?:365)?\.com\/webhookb?2?\/)[\w@-]{20,}[\w@/-]*/g,
]
