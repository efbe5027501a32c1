// A wasi:http component in JavaScript: the fetch event is the request, Response the answer.
addEventListener("fetch", (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  const name = new URL(request.url).searchParams.get("name") ?? "world";
  return new Response(`Hello, ${name}, from JavaScript!\n`, {
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}
