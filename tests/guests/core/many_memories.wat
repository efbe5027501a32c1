;; Two memories that grow in turn: the limit is one for both. `grow` says how many pages they have together.
(module
  (memory $first (export "memory") 1)
  (memory $second 1)
  (func (export "grow") (result i32)
    (block $full
      (loop $again
        (br_if $full (i32.eq (memory.grow $first (i32.const 16)) (i32.const -1)))
        (br_if $full (i32.eq (memory.grow $second (i32.const 16)) (i32.const -1)))
        (br $again)))
    (i32.add (memory.size $first) (memory.size $second))))
