;; Leaves the byte 0xA5 all over its memory, tables, globals and stack, and ends as the export says.
;; `scans` looks for what it left.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1 512)
  (table $declared 1000 1000 funcref)
  (table $grown 10 100000 funcref)
  (global $small (mut i32) (i32.const 0))
  (global $large (mut i64) (i64.const 0))
  (global $real (mut f64) (f64.const 0))
  (global $reference (mut funcref) (ref.null func))
  (elem declare func $fill)

  (func (export "by_return") (result i32) (call $fill) (memory.size))
  (func (export "by_trap") (call $fill) unreachable)
  (func (export "by_spin") (call $fill) (loop $again (br $again)))
  (func (export "by_exit") (call $fill) (call $proc_exit (i32.const 7)))
  ;; The first page only: what a small request dirties.
  (func (export "a_little") (memory.fill (i32.const 0) (i32.const 0xA5) (i32.const 65536)))
  ;; One byte in every second system page: more dirty regions than one scan of the page map reports.
  (func (export "in_stripes")
    (local $at i32)
    (drop (memory.grow (i32.const 255)))
    (loop $next
      (i32.store8 (local.get $at) (i32.const 0xA5))
      (local.set $at (i32.add (local.get $at) (i32.const 8192)))
      (br_if $next
        (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536))))))

  (func $fill
    (drop (memory.grow (i32.const 255)))
    (memory.fill (i32.const 0) (i32.const 0xA5) (i32.mul (memory.size) (i32.const 65536)))
    (table.fill $declared (i32.const 0) (ref.func $fill) (table.size $declared))
    (drop (table.grow $grown (ref.func $fill) (i32.const 50000)))
    (table.fill $grown (i32.const 0) (ref.func $fill) (table.size $grown))
    (global.set $small (i32.const 0xA5A5A5A5))
    (global.set $large (i64.const 0xA5A5A5A5A5A5A5A5))
    (global.set $real (f64.reinterpret_i64 (i64.const 0xA5A5A5A5A5A5A5A5)))
    (global.set $reference (ref.func $fill))
    (drop (call $fill_stack (i32.const 1000) (i64.const 0xA5A5A5A5A5A5A5A5))))

  ;; Keeps four copies of the pattern alive across each of `depth` nested calls.
  (func $fill_stack (param $depth i32) (param $pattern i64) (result i64)
    (local $a i64) (local $b i64) (local $c i64)
    (local.set $a (i64.xor (local.get $pattern) (i64.load (i32.const 8))))
    (local.set $b (i64.or (local.get $pattern) (local.get $a)))
    (local.set $c (i64.and (local.get $pattern) (local.get $b)))
    (if (local.get $depth)
      (then
        (local.set $pattern
          (call $fill_stack
            (i32.sub (local.get $depth) (i32.const 1)) (local.get $pattern)))))
    (i64.or (i64.or (local.get $a) (local.get $b)) (i64.or (local.get $c) (local.get $pattern)))))
