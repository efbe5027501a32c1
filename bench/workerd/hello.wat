;; The least that a guest can do: it says where its thirteen bytes are.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "Hello, world!")
  (func (export "hello") (result i32 i32)
    (i32.const 0)
    (i32.const 13)))
