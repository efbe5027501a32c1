;; `grow` takes table elements, 64 Ki at a time, until there are no more, and says how many it has.
(module
  (table $elements 0 funcref)
  (func (export "grow") (result i32)
    (block $full
      (loop $again
        (br_if $full
          (i32.eq (table.grow $elements (ref.null func) (i32.const 65536)) (i32.const -1)))
        (br_if $again (i32.lt_u (table.size $elements) (i32.const 0x40000000)))))
    (table.size $elements)))
