# Оформление страниц
brand = Гарнитур
brand-portal = портал сотрудников
brand-title = Портал «Гарнитур»
nav-main = Разделы
nav-orders = Заказы
nav-stock = Склад
nav-audit = Аудит
nav-toggles = Переключатели
sign-out = Выйти
to-start = На главную
role-lacking = Этот раздел доступен сотрудникам с другой ролью.
role-courier = курьер
role-warehouse = склад
role-assortment = ассортимент
role-administrator = администратор
role-security = безопасность
role-support = поддержка
role-analyst = аналитика
pages = Страницы списка
page-first = К началу
page-older = Более ранние
page-next = Дальше
filter = Показать
filter-clear = Сбросить
pieces = { $n ->
    [one] { $n } штука
    [few] { $n } штуки
   *[many] { $n } штук
}

# Вход
sign-in-title = Вход для сотрудников
sign-in-text = Логин и пароль — те же, что на рабочем месте.
sign-in-button = Войти
login = Логин
login-hint = Например, sklad.sidorov
login-missing = Введите логин
password = Пароль
password-missing = Введите пароль
flash-signed-out = Вы вышли из портала.

# Ни одного раздела
nothing-title = Здравствуйте, { $name }
nothing-text = Для вашей роли в портале пока нет разделов. Они появятся в меню, когда будут готовы.

# Заказы
orders-title = Заказы
orders-tabs = Статусы заказов
orders-all = Все
orders-empty = Здесь сейчас пусто
orders-empty-text = Новые заказы появятся сами, как только дойдут до этого статуса.
order-number = Номер
order-status = Статус
order-created = Оформлен
order-created-at = оформлен
order-slot = Доставка
order-pieces = Предметов
order-total = Сумма
order-weight = Вес
order-volume = Объём

# Заказ
pack-button = Готов к отгрузке
pack-hint = Курьеры увидят заказ сразу.
pack-refused-title = Статус не изменён
pack-refused = Кто-то успел раньше: заказ сейчас в статусе «{ $status }».
pack-refused-unknown = Кто-то успел раньше: статус заказа изменился.
flash-packed = Заказ { $what } готов к отгрузке.
picks-title = Лист сборки
picks-unknown = Каталог сейчас не отвечает, поэтому лист сборки не показан. Обновите страницу через минуту.
picks-empty = Для этого заказа ничего не отложено.
picks-warehouse = Склад { $code }
pick-shelf = Полка
pick-component = Деталь
pick-quantity = Штук
pick-taken = Взято
pick-no-shelf = без места
print = Распечатать
lines-title = Состав заказа
sum-delivery = Доставка
sum-total = Итого
history-title = История
actor-customer = покупатель
actor-employee = сотрудник
actor-courier = курьер
actor-payment = платёжная система
actor-system = система

# Склад
stock-title = Остатки на складах
stock-search = Артикул или название
stock-search-hint = Петля, HNG-110…
stock-warehouse = Склад
stock-empty = Ничего не найдено
stock-place = Место
stock-on-hand = На полке
stock-reserved = В резерве
stock-free = Свободно
stock-correct = Исправить
stock-delta = Сколько добавить или убрать
stock-delta-wrong = Укажите целое число со знаком: 5 добавит, −2 уберёт
stock-reason = Причина
stock-reason-hint = Пересчёт, брак…
stock-reason-missing = Назовите причину, хотя бы три буквы
stock-component-unknown = Деталь не найдена, обновите страницу
stock-save = Сохранить
stock-refused = Остаток не изменён
flash-corrected = Остаток { $what } исправлен.

# Аудит
audit-title = Журнал аудита
audit-verify = Проверить целостность
audit-intact = Журнал цел
audit-checked = { $n ->
    [one] Проверена { $n } запись.
    [few] Проверены { $n } записи.
   *[many] Проверено { $n } записей.
}
audit-head = Отпечаток последней:
audit-broken = Журнал изменён в обход системы
audit-broken-at = Первое расхождение — запись № { $seq }.
audit-empty = Записей не найдено
audit-at = Когда
audit-actor = Кто
audit-action = Что
audit-subject = Над чем
audit-details = Подробности
audit-source = источник
audit-order = Заказ: { $status }
audit-session-opened = Вход
audit-session-refused = Вход отклонён
audit-session-closed = Выход
audit-courier-signed-in = Вход курьера
audit-courier-refused = Вход курьера отклонён
audit-stock-corrected = Остаток исправлен
audit-assortment-create = Ассортимент: создано
audit-assortment-change = Ассортимент: изменено
audit-assortment-delete = Ассортимент: удалено
audit-assortment-restore = Ассортимент: восстановлено
audit-toggles-changed = Переключатели изменены

# Переключатели
toggles-title = Переключатели функций
toggles-version = Действует версия { $version }.
toggles-lead = Изменение вступает в силу в службах за несколько секунд, без перезапуска.
toggles-empty = Переключателей пока нет
toggles-empty-text = Пока их нет, всё работает так, как написано в программе.
toggles-refused = Переключатели не изменены
toggles-stale-title = Переключатели не изменены: кто-то успел раньше
toggles-stale = Сейчас действует версия { $version }, она показана ниже. Проверьте её и внесите изменение ещё раз.
toggles-kept = Введённые вами определения — для сравнения
toggles-unknown = Такого переключателя больше нет
toggles-bad-key = Имя — от 1 до 100 латинских букв, цифр и знаков без пробелов
toggles-key-taken = Переключатель с таким именем уже есть
toggles-bad-cohort = «{ $cohort }» не может быть именем группы: нужны строчные латинские буквы, цифры и дефис, не больше 32
toggles-cohort-twice = Группа «{ $cohort }» названа дважды
toggles-bad-share = Доля — целое число от 0 до 100
toggles-shares-total = Доли в сумме дают { $total } %, а должны 100 %
toggles-not-json = Определения — не JSON: ошибка в строке { $line }
toggles-reason = Причина
toggles-reason-missing = Назовите причину, хотя бы три буквы
toggles-whole = Все определения как JSON (формат flagd)
toggles-definitions = Определения
toggles-replace = Заменить все
toggles-change = Версия { $version }:
toggle-key = Имя
toggle-state = Состояние
toggle-on = включён
toggle-off = выключен
toggle-default = По умолчанию
toggle-cohorts = Группы
toggle-shares = Доли остальных
toggle-share = Доля остальных, %
toggle-variant = Вариант { $variant }
toggle-change = Изменить
toggle-rule-of-its-own = своё правило, меняется в JSON
toggle-save = Сохранить
toggle-remove = Удалить
toggle-new = Новый переключатель
toggle-new-hint = С вариантами on и off, для всех off. Другие варианты задаются в JSON.
toggle-add = Добавить
flash-toggles-changed = Действует версия { $what } переключателей.
