import { defineConfig } from "vite";

// Two pages that share one look: the console, and the page of a victim, which loads none of the console's code.
export default defineConfig({
  appType: "mpa",
  build: {
    target: "es2022",
    // Under `default-src 'self'` nothing may come as a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { console: "index.html", victim: "v.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8480", "/healthz": "http://127.0.0.1:8480" } },
});
