;; Declares 1 GiB of memory from the start: over the default limit before it runs.
(module
  (memory (export "memory") 16384)
  (func (export "pages") (result i32) (memory.size)))
