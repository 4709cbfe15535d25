// A small app on the types that are generated from openapi.json: what it names and the document does not, fails to compile.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Me = components["schemas"]["Me"];
const [baseUrl, email, password] = process.argv.slice(2) as [string, string, string];
const api = createClient<paths>({ baseUrl });

function must<T>(value: T | undefined, problem: unknown): T {
  if (value === undefined) throw new Error(JSON.stringify(problem));
  return value;
}

const wrong = await api.POST("/api/v1/auth/login", { body: { email, password: "not the password" } });
if (wrong.response.status !== 401 || wrong.error?.error.code !== "credentials_wrong") {
  throw new Error(`a wrong password answers ${wrong.response.status}`);
}
const login = await api.POST("/api/v1/auth/login", { body: { email, password } });
const token = must(login.data, login.error).data.access_token;
const headers = { Authorization: `Bearer ${token}` };

const read = await api.GET("/api/v1/me", { headers });
const me: Me = must(read.data, read.error).data;

const list = await api.GET("/api/v1/talent-profiles", { headers, params: { query: { city: "riyadh" } } });
const page = must(list.data, list.error);
const next: string | null | undefined = page.meta.next_cursor;

const missing = await api.GET("/api/v1/talent-profiles/{profile_id}", {
  headers, params: { path: { profile_id: "00000000-0000-4000-8000-000000000000" } },
});

// @ts-expect-error: a city is one of the document's
await api.GET("/api/v1/talent-profiles", { headers, params: { query: { city: "atlantis" } } });
// @ts-expect-error: what creates takes an Idempotency-Key
const keyless = await api.POST("/api/v1/me/consents", { headers, body: { purpose: "casting", change: "withdrawn" } });

console.log(JSON.stringify({
  email: me.email, role: me.roles[0], profiles: page.data.length, next: next ?? null,
  missing: missing.error?.error.code ?? null, keyless: keyless.response.status,
  requestId: read.response.headers.get("X-Request-Id"),
}));
