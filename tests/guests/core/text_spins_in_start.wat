;; Spins before its function from text to text can be called.
(module
  (memory (export "memory") 1)
  (global (export "__heap_base") i32 (i32.const 1024))
  (func $spin (loop $again (br $again)))
  (start $spin)
  (func (export "echo") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1)))
