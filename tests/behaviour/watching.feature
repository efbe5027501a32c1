Feature: What Wess does can be watched

  Scenario: Each line of the log has Wess's form
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I delete it
    And I run it with [1, 2]
    Then the log says "INFO wess::tx" "CREATE" of it
    And the log says "INFO wess::tx" "DELETE" of it
    And the log says "ERROR wess::err" "Invalid Id: Error: Not found"
    And every line of the log has Wess's form

  Scenario: Prometheus finds Wess's metrics
    Given the module "sum" stored to run "sum" of (I32, I32) -> (I32)
    When I run it with [1, 2]
    Then the metrics hold
      | name                                     |
      | wess_http_requests_total                 |
      | wess_concurrent_connections              |
      | wess_reader_channel_queue                |
      | wess_writer_channel_queue                |
      | wess_runner_channel_queue                |
      | wess_http_request_latency_seconds        |
      | wess_error_count_total                   |
      | wess_database_operations_total           |
      | wess_database_operation_duration_seconds |
      | wess_cpu_usage                           |
      | wess_memory_usage                        |
      | wess_database_size_bytes                 |
      | wess_wasm_compile_time_seconds           |
      | wess_wasm_execution_time_seconds         |
