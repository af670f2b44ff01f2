import type { Clues, ExceptionKind } from './exception.ts'

const CLIENTS =
	/psycopg|pymysql|mysqldb|mysql\/connector|asyncpg|pymongo|redis|sqlalchemy|peewee|pyodbc|cx_oracle|oracledb|sqlite3/i
const DOWN =
	/could not connect|connection (?:to server )?.{0,200}failed|connection refused|can't connect|unable to open database file|server closed the connection|timeout expired|access denied for user|authentication failed|does not exist|could not translate host name|name or service not known|lost connection|connection timed out|no pg_hba|too many connections|database is locked|database system is (?:starting|shutting)|network is unreachable|no route to host/i

/** A client of a database cannot connect, or is not let in. */
export const isDatabaseDown = ({ name, text, raised }: Clues): boolean => {
	if (/^(?:OperationalError|InterfaceError|DatabaseError|ConnectionTimeout)$/.test(name))
		return DOWN.test(text) && !/no such (?:table|column)|relation .{0,200} does not exist/i.test(text)
	if (name === 'ServerSelectionTimeoutError' || name === 'AutoReconnect') return true
	return (
		/^(?:ConnectionError|ConnectionRefusedError|TimeoutError|gaierror)$/.test(name) &&
		CLIENTS.test(`${raised.exception} ${raised.frames.map((frame) => frame.file).join(' ')}`)
	)
}

const REFUSED = /\[Errno 111\]|Error 111\b|Connection refused/
const UNRESOLVED =
	/\[Errno -[235]\]|Name or service not known|Temporary failure in name resolution|Failed to resolve|getaddrinfo failed|could not translate host name/
const UNREACHED =
	/^(?:ConnectionError|ConnectionResetError|ConnectionAbortedError|BrokenPipeError|ConnectTimeout|ConnectTimeoutError|TimeoutError|ReadTimeout|NewConnectionError|MaxRetryError|ConnectError|AMQPConnectionError|NoBrokersAvailable|ClientConnectorError|URLError)$/

/** Another service cannot be reached; undefined when the exception is about something else. */
export const networkKind = ({
	name,
	text,
	errno,
}: Clues): Extract<ExceptionKind, 'connection-refused' | 'name-resolution' | 'connection'> | undefined => {
	if (name === 'ConnectionRefusedError' || errno === 111) return 'connection-refused'
	if (name === 'gaierror') return 'name-resolution'
	const isNetwork = UNREACHED.test(name) || errno === 101 || errno === 104 || errno === 110 || errno === 113
	if (!isNetwork) return undefined
	if (UNRESOLVED.test(text)) return 'name-resolution'
	return REFUSED.test(text) ? 'connection-refused' : 'connection'
}

/** How clients write the address that they tried: host and port, or the path of a socket. */
const ADDRESSES: readonly RegExp[] = [
	/server at "([^"]{1,200})"(?: \([^)]{1,100}\))?, port (\d{1,5})/,
	/host "([^"]{1,200})".{0,100}?port (\d{1,5})/,
	/host='([^']{1,200})', port=(\d{1,5})/,
	/Connect call failed \('([^']{1,200})', (\d{1,5})/,
	/connecting to ([\w.-]{1,200}):(\d{1,5})/,
	/MySQL server on '([\w.-]{1,200})(?::(\d{1,5}))?'/,
	/Cannot connect to host ([\w.-]{1,200}):(\d{1,5})/,
	/\b([\w.-]{1,200}):(\d{2,5}): \[Errno/,
]
const SOCKET = /(?:socket|server(?: on)?|connecting to(?: unix socket)?:?) ['"]?(\/[\w./-]{1,200})/

/** The address of the service that could not be reached, where the message names it. */
export const dependencyOf = (text: string): { readonly dependency: string } | Record<string, never> => {
	for (const pattern of ADDRESSES) {
		const match = pattern.exec(text)
		if (match !== null) return { dependency: match[2] === undefined ? `${match[1]}` : `${match[1]}:${match[2]}` }
	}
	const path = SOCKET.exec(text)?.[1]
	return path === undefined ? {} : { dependency: `unix:${path}` }
}
