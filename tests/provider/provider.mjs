// An OpenID provider for the tests: oidc-provider with people of its own, whose pages are answered by a plain POST.
//
//   node provider.mjs PORT                   prints "ready ISSUER"
//   POST /_configure {"clients": […], "strict": true, "names_issuer": true}
//   POST /_rotate                            a new signing key, the old one is gone
//   POST /interaction/UID                    login, acr, amr (words), age (seconds since the person proved who they are)
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import Provider, { interactionPolicy } from "oidc-provider";

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const people = JSON.parse(readFileSync(new URL("people.json", import.meta.url)));
const cookieKeys = [randomUUID()];

function newKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "ES256" };
}

function policy(strict) {
  const found = interactionPolicy.base();
  // A provider that signs in at a lower level than it was asked for.
  if (!strict) found.get("login").checks.remove("essential_acrs");
  return found;
}

function made({ clients = [], strict = true }) {
  return new Provider(issuer, {
    clients,
    jwks: { keys: [key] },
    cookies: { keys: cookieKeys },
    acrValues: ["urn:test:password", "urn:test:mfa"],
    claims: { acr: null, amr: null, sid: null, auth_time: null, openid: ["sub"], profile: ["name", "employee_number"] },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = `<!doctype html><title>Sign-out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`;
        },
      },
    },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"], clientAuthSigningAlgValues: ["ES256", "EdDSA", "Ed25519"] },
    // Consent is given beforehand.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile");
      grant.addOIDCClaims(["name", "employee_number"]);
      await grant.save();
      return grant;
    },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    interactions: { policy: policy(strict), url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    // Its guard refuses logout tokens to loopback, where our tests listen.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  });
}

let key = newKey();
let asked = {};
let provider = made(asked);

async function read(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function interaction(request, response) {
  const uid = request.url.split("/")[2];
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>Provider</title><link rel="icon" href="data:,"><form method="post" action="/interaction/${uid}">
      <label>Login <input name="login"></label><input type="hidden" name="amr" value="pwd otp">
      <input type="hidden" name="acr" value="urn:test:mfa"><button>Sign in</button></form>`);
    return;
  }
  const form = new URLSearchParams(await read(request));
  const login = form.get("login");
  const result = people[login]
    ? {
        login: {
          accountId: login,
          acr: form.get("acr") || undefined,
          amr: (form.get("amr") || "pwd").split(" "),
          ts: Math.floor(Date.now() / 1000) - Number(form.get("age") || 0),
        },
      }
    : { error: "access_denied", error_description: `nobody is ${details.uid}` };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function answer(request, response) {
  if (request.url === "/_rotate") {
    key = newKey();
    provider = made(asked);
    response.end(key.kid);
  } else if (request.url === "/_configure") {
    asked = JSON.parse(await read(request));
    provider = made(asked);
    response.end("ok");
  } else if (request.url.startsWith("/interaction/")) {
    await interaction(request, response);
  } else {
    await provider.callback()(request, response);
  }
}

createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(port, "127.0.0.1", () => console.log(`ready ${issuer}`));
