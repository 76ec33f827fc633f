-- Title, authors, affiliations, date line and keywords for the templates; runs last.

local stringify = pandoc.utils.stringify
local shared = dofile('shared.lua')
local raw, typst_string = shared.raw, shared.typst_string

local function affiliations_of(author)
  local given = author.affiliation
  if given == nil then
    return {}
  elseif pandoc.utils.type(given) == 'List' then
    return given
  end
  return { given }
end

local function contact_of(author)
  local out = pandoc.Inlines({})
  if author.email then
    local email = stringify(author.email)
    out:insert(pandoc.Link(email, 'mailto:' .. email))
  end
  if author.orcid then
    local id = stringify(author.orcid):gsub('^https?://orcid.org/', '')
    out:extend(#out > 0 and { pandoc.Str(','), pandoc.Space() } or {})
    out:insert(pandoc.Link('https://orcid.org/' .. id, 'https://orcid.org/' .. id))
  end
  return #out > 0 and out or nil
end

-- "A, B, and C", with the marks of the affiliations or, for the running head, without.
local function byline_of(by, marked)
  local out = pandoc.Inlines({})
  if not marked and #by > 3 then
    out:extend(by[1].name)
    out:extend({ pandoc.Space(), pandoc.Str('et'), pandoc.Space(), pandoc.Str('al.') })
    return out
  end
  for i, entry in ipairs(by) do
    if i > 1 then
      out:extend(#by > 2 and { pandoc.Str(',') } or {})
      out:insert(pandoc.Space())
      out:extend(i == #by and { pandoc.Str('and'), pandoc.Space() } or {})
    end
    out:extend(entry.name)
    out:extend(marked and entry.mark or {})
  end
  return out
end

-- Author names for pandoc itself, and `by` and `affiliations` with their marks for the templates.
local function set_authors(meta)
  local names, by, places, marks = {}, {}, {}, {}
  local authors = meta.author
  if authors == nil then
    return
  elseif pandoc.utils.type(authors) ~= 'List' then
    authors = { authors }
  end
  for i, author in ipairs(authors) do
    local entry = author
    if pandoc.utils.type(author) == 'Inlines' then
      entry = { name = author }
    end
    local own = {}
    for _, place in ipairs(affiliations_of(entry)) do
      local key = stringify(place)
      if not marks[key] then
        places[#places + 1] = { text = place }
        marks[key] = tostring(#places)
      end
      own[#own + 1] = marks[key]
    end
    names[i] = entry.name
    by[i] = {
      name = entry.name, contact = contact_of(entry), own = own,
      plain = { raw(typst_string(stringify(entry.name))) },
    }
  end
  for i, entry in ipairs(by) do
    entry.mark = #places > 1 and #entry.own > 0
      and pandoc.Inlines({ pandoc.Superscript(table.concat(entry.own, ',')) }) or nil
    entry.own = nil
  end
  meta.byline, meta.running = byline_of(by, true), byline_of(by, false)
  for i, place in ipairs(places) do
    place.mark = #places > 1 and pandoc.Inlines({ pandoc.Superscript(tostring(i)) }) or nil
  end
  meta.author, meta.by, meta.affiliations = names, by, places
end

local function set_meta(meta)
  set_authors(meta)
  meta['short-title'] = meta['short-title'] or meta.title
  if meta.date or meta.version then
    local line = pandoc.Inlines(meta.date or {})
    if meta.version then
      line:extend(#line > 0 and { pandoc.Space(), pandoc.Str('·'), pandoc.Space() } or {})
      if stringify(meta.version):match('^%d') then
        line:extend({ pandoc.Str('Version'), pandoc.Space() })
      end
      line:extend(pandoc.Inlines(meta.version))
    end
    meta['date-line'] = line
  end
  meta['lang-main'] = meta.lang and stringify(meta.lang):match('^%a+')
  meta['abstract-title'] = meta['abstract-title'] or pandoc.Inlines('Abstract')
  if meta.title then
    meta['title-plain'] = pandoc.Inlines({ raw(typst_string(stringify(meta.title))) })
  end
  if meta.keywords then
    local plain, line = {}, {}
    for i, keyword in ipairs(meta.keywords) do
      plain[i] = pandoc.Inlines({ raw(typst_string(stringify(keyword))) })
      line[i] = stringify(keyword)
    end
    meta['keyword-strings'] = plain
    meta['keyword-line'] = pandoc.Inlines(table.concat(line, ', '))
  end
end

function Meta(meta)
  set_meta(meta)
  return meta
end
