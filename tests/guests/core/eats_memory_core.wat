;; `grow` takes pages until there are no more and says how many it has; `grow_by` says what memory.grow said.
(module
  (memory (export "memory") 1)
  (func (export "grow") (result i32)
    (block $full
      (loop $again
        (br_if $full (i32.eq (memory.grow (i32.const 16)) (i32.const -1)))
        ;; One byte in the last page, so that it is really there.
        (i32.store8
          (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)) (i32.const 0xEA))
        (br $again)))
    (memory.size))
  (func (export "grow_by") (param $pages i32) (result i32) (memory.grow (local.get $pages)))
  (func (export "pages") (result i32) (memory.size)))
