;; A memory that cannot grow by the page that takes the arguments.
(module
  (memory (export "memory") 1 1)
  (global (export "__heap_base") i32 (i32.const 1024))
  (func (export "echo") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1)))
