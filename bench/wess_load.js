// The load that Wess's own script makes, for k6: new modules at 100, 500 and 1,000 a second, and a
// run of each tenth. `wess_load.py` starts the server and prints the table.
import http from "k6/http";
import { check } from "k6";
import { Counter, Rate } from "k6/metrics";

const server = __ENV.WESS_SERVER;
const hold = __ENV.HOLD || "30s";
const ramp = __ENV.RAMP || "10s";
const most = Number(__ENV.RATE || 1000);
const body = open(__ENV.MODULE);

const stored = new Counter("stored");
const success = new Rate("success");

export const options = {
  discardResponseBodies: false,
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
  thresholds: { success: ["rate>0.999"] },
  scenarios: {
    stress: {
      executor: "ramping-arrival-rate",
      startRate: 0,
      timeUnit: "1s",
      preAllocatedVUs: 500,
      maxVUs: 5000,
      stages: [
        { target: most / 10, duration: ramp },
        { target: most / 10, duration: hold },
        { target: most / 2, duration: ramp },
        { target: most / 2, duration: hold },
        { target: most, duration: ramp },
        { target: most, duration: hold },
        { target: 0, duration: ramp },
      ],
    },
  },
};

const json = { headers: { "Content-Type": "application/json" } };

export default function () {
  const create = http.post(`${server}/`, body, { ...json, tags: { call: "create" } });
  const created = check(create, { created: (answer) => answer.status === 202 });
  success.add(created);
  if (!created) return;
  stored.add(1);
  if (__ITER % 10 !== 0) return;
  const x = Math.floor(Math.random() * 1000);
  const run = http.post(`${server}/${create.json("message").id}`, JSON.stringify([x, 0.5]), {
    ...json,
    tags: { call: "run" },
  });
  const isSum = (answer) => answer.status === 201 && answer.json("message")[0] === x + 0.5;
  success.add(check(run, { "ran well": isSum }));
}

export function teardown() {
  const count = http.get(`${server}/`).json("message");
  console.log(`modules ${count}`);
}

export function handleSummary(data) {
  return { [__ENV.SUMMARY]: JSON.stringify(data) };
}
