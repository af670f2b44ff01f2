import { defineConfig } from 'tsdown'

export default defineConfig({
	entry: { main: 'src/main.ts' },
	format: 'esm',
	platform: 'node',
	target: 'node22.12',
	outDir: 'dist',
	clean: true,
	dts: false,
	minify: true,
	hash: true,
	// Everything is bundled: start-up reads a few files instead of hundreds.
	noExternal: [/.*/],
	external: ['react-devtools-core'],
	env: { NODE_ENV: 'production' },
})
