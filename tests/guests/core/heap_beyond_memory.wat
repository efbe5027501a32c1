;; A heap that begins where the memory has ended.
(module
  (memory (export "memory") 1)
  (global (export "__heap_base") i32 (i32.const -8))
  (func (export "echo") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1)))
