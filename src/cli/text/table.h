#pragma once

#include <string>
#include <vector>

namespace rockpool::cli {

// Rows in columns that are as wide as their widest cell, two spaces apart.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  // Without a header.
  Table() = default;

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // One line for each row, each ended.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rockpool::cli
