// What a JavaScript client does with a record store: node javascript_client.cjs ENDPOINT KEY SECRET ADAPTER.
// It prints one JSON object; test_javascript_client.py says what has to stand in it.
const { createHash } = require("node:crypto");
const XAPI = require("@xapi/xapi");

const [endpoint, key, secret, adapter] = process.argv.slice(2);
const auth = XAPI.toBasicAuth(key, secret);
const client = new XAPI({ endpoint, auth, adapter });
// axios in Node overwrites the Content-Type of a Blob, so that no content can be sent by it there; in a browser it can.
const sender = new XAPI({ endpoint, auth, adapter: "fetch" });
const agent = { objectType: "Agent", account: { homePage: "https://asah.example", name: "ana" } };
const activityId = "https://asah.example/activities/lessons/1";
const registration = "0190a1b2-5555-4000-8000-000000000001";
const said = {};

const statement = (more = {}) => ({
  actor: agent,
  verb: XAPI.Verbs.COMPLETED,
  object: { objectType: "Activity", id: activityId },
  context: { registration },
  ...more,
});

const attached = (text) => {
  const octets = new TextEncoder().encode(text);
  const named = {
    usageType: "https://asah.example/proof",
    display: { id: "Bukti" },
    contentType: "text/plain",
    length: octets.length,
    sha2: createHash("sha256").update(octets).digest("hex"),
  };
  return { named, octets: octets.buffer };
};

const refusal = (doing) =>
  doing.then(
    () => "taken",
    (error) => (error.response ? JSON.stringify(error.response.data) : error.message),
  );

async function statements() {
  const one = await client.sendStatement({ statement: statement() });
  said.one = one.data;
  said.many = (await client.sendStatements({ statements: [statement(), statement(), statement(), statement()] })).data;
  said.read = (await client.getStatement({ statementId: one.data[0] })).data;
  let page = await client.getStatements({ registration, limit: 2, ascending: true });
  said.pages = [page.data.statements.map((found) => found.id)];
  said.through = page.headers["x-experience-api-consistent-through"];
  while (page.data.more) {
    page = await client.getMoreStatements({ more: page.data.more });
    said.pages.push(page.data.statements.map((found) => found.id));
  }
  await client.voidStatement({ actor: agent, statementId: one.data[0] });
  said.voided = (await client.getVoidedStatement({ voidedStatementId: one.data[0] })).data.id;
  said.gone = await refusal(client.getStatement({ statementId: one.data[0] }));
  said.invalid = await refusal(client.sendStatement({ statement: { ...statement(), actor: {} } }));
}

async function attachments() {
  const proof = attached("Bukti kehadiran \u2713");
  const more = attached("Bukti lain");
  const single = { statement: statement({ attachments: [proof.named] }), attachments: [proof.octets] };
  said.by_axios = adapter === "axios" ? await refusal(client.sendStatement(single)) : null;
  const sent = await sender.sendStatement(single);
  said.attached = (await client.getStatement({ statementId: sent.data[0], attachments: true })).data;
  said.sha2 = proof.named.sha2;
  const both = { statements: [statement({ attachments: [proof.named] }), statement({ attachments: [more.named] })] };
  said.without_line_end = await refusal(sender.sendStatements({ ...both, attachments: [proof.octets, more.octets] }));
  const ended = await new Blob([proof.octets, "\r\n"]).arrayBuffer();
  const ids = (await sender.sendStatements({ ...both, attachments: [ended, more.octets] })).data;
  said.batch = [];
  for (const statementId of ids) {
    said.batch.push((await client.getStatement({ statementId, attachments: true })).data[1]);
  }
  let page = await client.getStatements({ registration, attachments: true, limit: 2, ascending: false });
  said.attached_pages = [page.data.slice(1)];
  page = await client.getMoreStatements({ more: page.data[0].more });
  said.attached_pages.push(page.data.slice(1));
}

async function documents() {
  const place = { agent, activityId, stateId: "tempat", registration };
  await client.createState({ ...place, state: { slide: 1 } });
  await client.createState({ ...place, state: { score: 2 } });
  const merged = await client.getState(place);
  said.state = merged.data;
  await client.setState({ ...place, state: { slide: 3 }, etag: merged.headers.etag, matchHeader: "If-Match" });
  said.stale = await refusal(
    client.setState({ ...place, state: { slide: 4 }, etag: merged.headers.etag, matchHeader: "If-Match" }),
  );
  said.states = (await client.getStates({ agent, activityId, registration })).data;
  said.state_now = (await client.getState(place)).data;
  await client.deleteState({ ...place, etag: (await client.getState(place)).headers.etag });
  await client.createState({ ...place, state: {} });
  await client.deleteStates({ agent, activityId, registration });
  said.states_after = (await client.getStates({ agent, activityId, registration })).data;
}

async function profiles() {
  const kinds = {
    Activity: [{ activityId, profileId: "a" }, { activityId }],
    Agent: [{ agent, profileId: "a" }, { agent }],
  };
  for (const [kind, [place, all]] of Object.entries(kinds)) {
    await client[`create${kind}Profile`]({ ...place, profile: { a: 1 } });
    const first = await client[`get${kind}Profile`](place);
    await client[`set${kind}Profile`]({
      ...place,
      profile: { b: 2 },
      etag: first.headers.etag,
      matchHeader: "If-Match",
    });
    const second = await client[`get${kind}Profile`](place);
    const listed = (await client[`get${kind}Profiles`](all)).data;
    await client[`delete${kind}Profile`]({ ...place, etag: second.headers.etag });
    const after = (await client[`get${kind}Profiles`](all)).data;
    said[kind] = { first: first.data, second: second.data, listed, after };
  }
  said.person = (await client.getAgent({ agent })).data;
  said.activity = (await client.getActivity({ activityId })).data;
}

async function all() {
  said.about = (await client.getAbout()).data;
  await statements();
  await attachments();
  await documents();
  await profiles();
  console.log(JSON.stringify(said));
}

all().catch((error) => {
  console.error(JSON.stringify(said), error.response ? [error.config.url, error.response.data] : error);
  process.exit(1);
});
