// The JSON document model of Plexus is Boost.JSON's, under short names.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <string_view>

namespace plexus::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
using String = boost::json::string;
// Where a document's memory comes from. A default-constructed one is the heap.
using Storage = boost::json::storage_ptr;

inline std::string_view View(const String& text) { return {text.data(), text.size()}; }
inline std::string_view Key(const boost::json::key_value_pair& member) {
  return {member.key().data(), member.key().size()};
}

// A storage that only grows and is freed whole, with the last document that uses it: the fastest for documents that
// are parsed once and then only read. Not thread-safe while a document in it is being changed.
Storage GrowOnlyStorage();

}  // namespace plexus::json
