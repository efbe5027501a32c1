;; Adds two numbers that are no integers, as Wess's users do first.
(module
  (func (export "sum") (param f32 f32) (result f32)
    (f32.add (local.get 0) (local.get 1))))
