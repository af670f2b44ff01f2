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
	// Ink asks for its development tools only where DEV is set; they are not installed.
	deps: { alwaysBundle: [/.*/], neverBundle: ['react-devtools-core'] },
	env: { NODE_ENV: 'production' },
	// Yoga would fetch its embedded WebAssembly, and Node loads an HTTP client of 50 ms for that. Nothing else fetches.
	define: { fetch: 'undefined' },
})
