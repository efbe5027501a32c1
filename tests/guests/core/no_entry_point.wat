;; Valid, but with nothing that could be called.
(module
  (memory (export "memory") 1)
  (global (export "answer") i32 (i32.const 42)))
