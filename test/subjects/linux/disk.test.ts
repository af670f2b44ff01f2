import { describe, expect, test } from 'vitest'
import { diskParser } from '../../../src/subjects/linux/disk.ts'
import { evidenceOf, factsOf, pasted, recorded } from '../recorded-output.ts'

const disk = (name: string) => factsOf(diskParser, recorded('disk', name))

describe('disk', () => {
	test('room enough', () => {
		expect(disk('df-h')).toEqual({ full: [], anyFull: false, highest: 24, inodes: false })
		expect(disk('df-p')).toEqual(disk('df-h'))
		expect(disk('df-i')).toEqual({ full: [], anyFull: false, highest: 3, inodes: true })
	})

	test('a full file system', () => {
		expect(disk('public-df-h-full')).toEqual({ full: ['/'], anyFull: true, highest: 100, inodes: false })
		expect(evidenceOf(diskParser, recorded('disk', 'public-df-h-full'), 'full')).toEqual([
			'/dev/sda1             7.4G  7.0G     0 100% /',
		])
	})

	test('images that are always full, names with blanks, a device name on its own line, no figures', () => {
		const text = [
			'Filesystem                         Size  Used Avail Use% Mounted on',
			'/dev/loop0                          56M   56M     0 100% /snap/core18/2128',
			'/dev/sr0                           1.2G  1.2G     0 100% /media/cdrom',
			'/dev/mapper/ubuntu--vg-a--very--long--name',
			'                                   100G  100G     0 100% /srv/my data',
			'proc                                  0     0     0    - /proc',
		].join('\n')
		expect(factsOf(diskParser, pasted(text))).toMatchObject({ full: ['/srv/my data'], anyFull: true })
	})

	test('what is no table gives nothing', () => {
		expect(factsOf(diskParser, pasted('df: /none: No such file or directory'))).toEqual({})
	})
})
