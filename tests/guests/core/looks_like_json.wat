;; Exports a function from text to text, as pointer and length: recognised, and named as what it is.
(module
  (memory (export "memory") 1)
  (global (export "__heap_base") i32 (i32.const 1024))
  (func (export "greet") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1)))
