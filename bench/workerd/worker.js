// Answers each request from a fresh instance of the module.
import module from "hello.wasm";

export default {
  fetch() {
    const { hello, memory } = new WebAssembly.Instance(module).exports;
    const [start, length] = hello();
    const body = new Uint8Array(memory.buffer, start, length);
    return new Response(body, { headers: { "content-type": "text/plain" } });
  },
};
